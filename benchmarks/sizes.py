"""How much there is of what, for each size."""

#: Name of a size -> (customers, posted invoices and credit notes).
SIZES = {"XS": (500, 5_000), "S": (5_000, 50_000), "M": (50_000, 500_000), "L": (200_000, 2_000_000)}
COMPANIES = 3

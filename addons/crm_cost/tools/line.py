"""What tells the cost lines of a period apart, and what they add up."""

#: What tells the lines of a period apart; those that may be empty are numbers.
NAMES = ("level", "attribution", "role", "found_by", "variance_kind")
LINKS = (
    "partner_id",
    "activity_id",
    "pool_id",
    "account_id",
    "direct_id",
    "categ_id",
    "team_id",
    "user_id",
)
KEY = (*NAMES, *LINKS)
FIGURES = ("quantity", "minutes", "amount")

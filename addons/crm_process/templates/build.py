"""Short words for the lines of a stage sheet."""


def takes(name, party, who, **more):
    """Return an input: what, internal, external or other, and who supplies it."""
    return {"kind": "input", "name": name, "party": party, "party_name": who, **more}


def gives(name, party, who, **more):
    """Return an output: what, internal, external or other, and who receives it."""
    return {"kind": "output", "name": name, "party": party, "party_name": who, **more}


def uses(kind, name, quantity=False, note=False):
    """Return a resource."""
    return {"kind": kind, "name": name, "quantity": quantity, "note": note}


def risk(name, likelihood, impact, party, effect, treatment, residual, kind="risk"):
    """Return a risk, with likelihood, impact and what remains from 1 (low) to 3 (high)."""
    return {
        "kind": kind,
        "name": name,
        "likelihood": str(likelihood),
        "impact": str(impact),
        "party": party,
        "effect": effect,
        "treatment": treatment,
        "residual": str(residual),
    }


def chance(*args):
    """Return an opportunity, told like a risk."""
    return risk(*args, kind="opportunity")

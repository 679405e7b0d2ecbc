"""What one operation measured: each figure with its comparator, the ratio, the goal and whether it is met."""


class Figures(list):
    """Figures of one operation, in the order in which they are shown."""

    def __init__(self, facts=None):
        super().__init__()
        #: What other operations, or the growth over sizes, need again.
        self.facts = facts or {}

    def add(self, operation, value, unit="s", *, against="", reference=None, at_most=None, at_least=None, note=""):
        """Add one figure.

        :param against: name of the comparator measured in the same run, ``reference`` its value in the same unit
        :param at_most, at_least: the goal, for the ratio where there is a comparator, else for the value itself
        """
        ratio = value / reference if reference else None
        judged = value if reference is None else ratio
        goal = met = None
        if judged is not None and (at_most is not None or at_least is not None):
            met = (at_most is None or judged <= at_most) and (at_least is None or judged >= at_least)
            goal = f"<= {at_most:g}" if at_most is not None else f">= {at_least:g}"
            goal += "x" if reference is not None else f" {unit}".rstrip()
        self.append(
            {
                "operation": operation,
                "value": value,
                "unit": unit,
                "against": against,
                "reference": reference,
                "ratio": ratio,
                "goal": goal,
                "met": met,
                "note": note,
            }
        )

    def as_dict(self):
        return {"figures": list(self), "facts": self.facts}

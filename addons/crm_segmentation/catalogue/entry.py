"""What the catalogue says about one indicator, and when it can be offered."""

from ast import literal_eval
from dataclasses import dataclass, field

#: Values of an entry that name fields of its documents, with dots between them.
PATHS = (
    "partner_path",
    "date_field",
    "company_path",
    "value_field",
    "elapsed_from",
    "elapsed_to",
    "user_path",
    "team_path",
)


@dataclass(frozen=True)
class Entry:
    """One indicator the catalogue can create.

    ``name``, ``description`` and ``unit`` are translated when the indicator is created. ``values`` are further fields
    of the indicator. ``needs`` names models without which the entry is useless although its documents exist.
    A ratio names the ``numerator`` and ``denominator`` by their codes; they are created with it.
    ``groups`` are the groups that may see the values; an entry none of whose groups exists stays for administrators.
    """

    code: str
    name: str
    description: str
    model: str = ""
    domain: str = "[]"
    unit: str = ""
    recommended: bool = False
    needs: tuple = ()
    numerator: str = ""
    denominator: str = ""
    groups: tuple = ()
    values: dict = field(default_factory=dict)

    @property
    def components(self):
        """Return the codes of the indicators a ratio is made of.

        >>> Entry("a", "A", "", numerator="b", denominator="c").components
        ('b', 'c')
        >>> Entry("a", "A", "", model="res.partner").components
        ()
        """
        return tuple(code for code in (self.numerator, self.denominator) if code)

    @property
    def paths(self):
        """Return the field paths from the documents that the entry reads, those of its filter included.

        >>> sorted(Entry("a", "A", "", model="m", domain="['|', ('b.c', '=', 1), ('d', '=', 2)]",
        ...              values={"partner_path": "p", "date_field": "t", "company_path": False}).paths)
        ['b.c', 'd', 'p', 't']
        """
        named = {self.values.get(name) for name in PATHS} - {None, False}
        return named | {leaf[0] for leaf in literal_eval(self.domain) if isinstance(leaf, tuple)}

    @property
    def models(self):
        """Return the models that must exist.

        >>> Entry("a", "A", "", model="m", needs=("n",)).models
        ('m', 'n')
        """
        return ((self.model,) if self.model else ()) + self.needs

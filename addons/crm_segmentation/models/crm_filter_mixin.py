"""Filters that people type: read once, measured before anything follows them."""

from ast import literal_eval

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import prefix

#: A filter longer or deeper than this is no filter a person wrote; following it could exhaust the server.
MAX_DOMAIN_LENGTH = 100_000
MAX_DOMAIN_DEPTH = 30

#: What reading or following a wrong filter raises, the ORM's own assertions included.
FILTER_ERRORS = (
    ValueError,
    SyntaxError,
    TypeError,
    RecursionError,
    MemoryError,
    OverflowError,
    AssertionError,
    AttributeError,
    KeyError,
)


class CrmFilterMixin(models.AbstractModel):
    _name = "crm.filter.mixin"
    _description = "Typed Filter"

    def _read_filter(self, text, name):
        """Return the typed filter as a Domain; refuse in words what is none, or what is deeper than can be followed.

        :param str name: whose filter it is, for the message
        :raise ValidationError: when it cannot be read
        """
        try:
            text = text or "[]"
            if len(text) > MAX_DOMAIN_LENGTH:
                raise ValueError(self.env._("it is too long"))
            items = literal_eval(text)
            if not isinstance(items, (list, tuple)):
                raise ValueError(self.env._("it is no list of conditions"))
            if prefix.depth(items) > MAX_DOMAIN_DEPTH:
                raise ValueError(self.env._("its alternations are nested too deep"))
            return Domain(items)
        except FILTER_ERRORS as error:
            raise self._wrong_filter(name, error) from error

    def _wrong_filter(self, name, error):
        """Return the error that says in words why the filter of ``name`` cannot be used."""
        reason = self.env._("it is too deep") if isinstance(error, (RecursionError, MemoryError)) else error
        return ValidationError(self.env._("The filter of %(name)s cannot be used: %(error)s", name=name, error=reason))

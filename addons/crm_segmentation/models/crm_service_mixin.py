from odoo import api, fields, models

from .crm_policy_mixin import CHANNELS

READ_GROUP = "crm_segmentation.group_insight_read"


def _names(model):
    """Return what each part of a policy is called on screen, in the order in which people read it."""
    return {
        "response_hours": model.env._("response time"),
        "contact_days": model.env._("contact"),
        "channel": model.env._("channel"),
        "ceiling": model.env._("discount"),
        "team": model.env._("team"),
        "courtesies": model.env._("courtesies"),
        "treatment": model.env._("treatment"),
    }


class CrmServiceMixin(models.AbstractModel):
    """The service due to the customer of a record, for whoever has it open: one query for any number of records.

    Nothing is stored and nothing can be searched, sorted or grouped by. Only forms show these fields.
    """

    _name = "crm.service.mixin"
    _description = "Service Due to the Customer"

    service_response = fields.Char(
        string="Response Time",
        compute="_compute_service",
        groups=READ_GROUP,
        help="Within which we answer this customer.",
    )
    service_rhythm = fields.Char(
        string="Contact Rhythm",
        compute="_compute_service",
        groups=READ_GROUP,
        help="After so many days without contact somebody gets in touch.",
    )
    service_channel = fields.Selection(
        CHANNELS,
        string="Preferred Channel",
        compute="_compute_service",
        groups=READ_GROUP,
        help="How to get in touch with this customer.",
    )
    service_ceiling = fields.Char(
        string="Discount Ceiling",
        compute="_compute_service",
        groups=READ_GROUP,
        help="Highest discount on what the pricelist says.",
    )
    service_team = fields.Char(
        string="Team in Charge",
        compute="_compute_service",
        groups=READ_GROUP,
        help="Team that looks after the customer.",
    )
    service_courtesies = fields.Char(
        string="Courtesies",
        compute="_compute_service",
        groups=READ_GROUP,
        help="What may be offered to this customer without asking.",
    )
    service_treatment = fields.Char(
        string="How to Treat Them",
        compute="_compute_service",
        groups=READ_GROUP,
        help="What its segments say about it.",
    )
    service_source = fields.Char(
        string="Service Policy Of",
        compute="_compute_service",
        groups=READ_GROUP,
        help="Which segment or agreement each part of the service policy comes from.",
    )

    @api.depends(lambda self: self._service_depends())
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_service(self):
        places = {record: (record._service_partner()._origin, record._service_company()) for record in self}
        partners = self.env["res.partner"].union(*(partner for partner, _company in places.values()))
        companies = self.env["res.company"].union(*(company for _partner, company in places.values()))
        policies = self.env["crm.customer"]._policies(partners, companies & self.env.companies)
        for record, (partner, company) in places.items():
            record._set_service(*policies.get((partner.id, company.id), ({}, {})))

    @api.model
    def _service_depends(self):
        """Return the names of the fields that lead to customer and company."""
        return ()

    def _service_partner(self):
        """Return the commercial partner of this record."""
        return self.partner_id.commercial_partner_id

    def _service_company(self):
        """Return the company whose policies count: the record's own, else the one the reader works in."""
        return self.company_id or self.env.company

    def _set_service(self, values, sources):
        hours, days, ceiling = (values.get(name) for name in ("response_hours", "contact_days", "ceiling"))
        self.service_response = hours and self.env._("%(hours)s working hours", hours=_number(self.env, hours))
        self.service_rhythm = days and self.env._("every %(days)s days", days=days)
        self.service_channel = values.get("channel")
        self.service_ceiling = ceiling is not None and self.env._("%(limit)s %%", limit=_number(self.env, ceiling))
        self.service_team = values.get("team")
        self.service_courtesies = values.get("courtesies")
        self.service_treatment = values.get("treatment")
        parts = {}
        for code, name in _names(self).items():
            if code in sources:
                parts.setdefault(sources[code], []).append(name)
        self.service_source = " · ".join(f"{source}: {', '.join(names)}" for source, names in parts.items())


def _number(env, value):
    """Return a number as the reader writes it; without the query for the user's company that formatLang costs."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", env["res.lang"]._get_data(code=env.lang or "en_US").decimal_point or ".")

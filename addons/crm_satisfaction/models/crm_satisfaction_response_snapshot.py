"""What is known about the customer at the moment of the answer; nothing of it changes later."""

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools import scores
from .visible_many2many import VisibleMany2many


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    # Where it came from
    answered_on = fields.Date(
        string="Day",
        compute="_compute_answered_on",
        store=True,
        precompute=True,
        help="Day of the answer where the company is.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True, help="What the customer was asked about."
    )
    source_key = fields.Char(
        readonly=True,
        copy=False,
        help="Key of the row in the file or system the score came from. The same key is never stored twice.",
    )
    # Who the customer was, and who served
    served_by_id = fields.Many2one(
        "res.users",
        string="Served by",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Person in charge of the document the customer was asked about.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Team of the document; without one, the team of the account manager.",
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Product of the document, when it is about one product only.",
    )
    stage_id = fields.Many2one(
        "crm.stage",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="Stage of the opportunity the document belongs to.",
    )
    market_id = fields.Many2one(
        "crm.market",
        string="Competition Profile",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="How easily the customer could leave.",
    )
    segment_ids = VisibleMany2many(
        "crm.segment",
        "crm_satisfaction_response_segment_rel",
        "response_id",
        "segment_id",
        string="Segments",
        readonly=True,
        help="Segments of the customer on the day of the answer. A customer can be in several: "
        "grouped by segment, an answer counts in each of them.",
    )

    _source_key_uniq = models.UniqueIndex(
        "(source_key) WHERE source_key IS NOT NULL", "This score has been stored before."
    )
    _day_idx = models.Index("(company_id, answered_on)")
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("answered_at", "company_id")
    def _compute_answered_on(self):
        for response in self:
            zone = pytz.timezone(response.company_id._crm_timezone()) if response.company_id else pytz.utc
            moment = response.answered_at
            response.answered_on = moment and pytz.utc.localize(moment).astimezone(zone).date()

    @api.model
    def _record(self, vals_list):
        """Store answers: the only way they come into being.

        :param vals_list: schedule and score of each answer at least; contact, document, channel, comment, moment and
            ``source_key`` where known. What is known about the customer is added here
        :raise ValidationError: when a score does not lie on the scale of its schedule
        :return: the new answers, as the system
        """
        return self.sudo()._record_as_system(vals_list)

    def _record_as_system(self, vals_list):
        """Customers answer without any rights of their own; whoever lets them answer checks that they may."""
        partners = self.env["res.partner"].browse({vals["partner_id"] for vals in vals_list if vals.get("partner_id")})
        programs = self.env["crm.satisfaction.program"].browse({vals["program_id"] for vals in vals_list})
        markets = {
            company: self.env["crm.market"]._market_for(partners.commercial_partner_id, company)
            for company in programs.company_id
        }
        documents = self._find_documents(vals_list)
        return self.create([self._complete(vals, partners, markets, documents) for vals in vals_list])

    def _complete(self, vals, partners, markets, documents):
        """Return the values of one answer with everything that is known."""
        program = self.env["crm.satisfaction.program"].browse(vals["program_id"])
        company = program.company_id
        partner = partners.browse(vals.get("partner_id") or ()).with_prefetch(partners.ids)
        customer = partner.commercial_partner_id
        user = customer.user_id or partner.user_id
        facts = self._document_facts(documents.get((vals.get("res_model"), vals.get("res_id"))))
        market = markets[company].get(customer.id)
        if product := facts["product_id"]:
            market = self.env["crm.market"]._market_for(customer, company, product).get(customer.id)
        return {
            "company_id": company.id,
            "customer_id": customer.id,
            "user_id": user.id,
            "served_by_id": facts["user_id"].id,
            "team_id": facts["team_id"].id or user.sale_team_id.id,
            "product_id": facts["product_id"].id,
            "stage_id": facts["stage_id"].id,
            "market_id": market,
            "answered_at": fields.Datetime.now(),
            **self._scale_of(program),
            **vals,
            "score": self._checked_score(vals["score"], program),
        }

    @api.model
    def _scale_of(self, program):
        """Return the scale of a schedule and the limits of good and bad, as they are today."""
        low, high = program._scale()
        own = program.metric == "custom"
        return {
            "metric": program.metric,
            "scale_min": low,
            "scale_max": high,
            "good_from": own and program.good_from,
            "bad_up_to": own and program.bad_up_to,
        }

    @api.model
    def _checked_score(self, score, program):
        low, high = program._scale()
        number = scores.parse_score(score, low, high)
        if number is None:
            raise ValidationError(
                self.env._("%(score)s is no score from %(low)s to %(high)s.", score=score, low=low, high=high)
            )
        return number

    @api.model
    def _find_documents(self, vals_list):
        """Return ``{(model, id): document}`` of the documents that still exist, a query for each model."""
        wanted = {}
        for vals in vals_list:
            if vals.get("res_model") in self.env and vals.get("res_id"):
                wanted.setdefault(vals["res_model"], set()).add(vals["res_id"])
        return {
            (model, document.id): document
            for model, ids in wanted.items()
            for document in self.env[model].with_context(active_test=False).browse(ids).exists()
        }

    @api.model
    def _document_facts(self, document):
        """Return who served, which team, which single product and which stage the document tells of."""
        facts = {
            "user_id": self.env["res.users"],
            "team_id": self.env["crm.team"],
            "product_id": self.env["product.product"],
            "stage_id": self.env["crm.stage"],
        }
        if not document:
            return facts
        is_lead = document._name == "crm.lead"
        lead = document if is_lead else _first(document, ("opportunity_id", "sale_id.opportunity_id"))
        products = _first(document, ("product_id", "order_line.product_id", "invoice_line_ids.product_id",
                                     "move_ids.product_id", "sale_line_id.product_id"))  # fmt: skip
        found = {
            "user_id": _first(document, ("invoice_user_id", "user_id", "user_ids")),
            "team_id": _first(document, ("team_id",)) or _first(lead, ("team_id",)),
            "product_id": products if products and len(products) == 1 else None,
            "stage_id": _first(lead, ("stage_id",)),
        }
        return {
            name: found[name][:1] if found[name] and found[name]._name == none._name else none
            for name, none in facts.items()
        }

    def _note_recorded(self):
        """Keep the segments of that day, and have figures and profiles counted again: one statement.

        A correction takes over the segments of the answer it corrects.
        """
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                WITH note AS (INSERT INTO crm_satisfaction_pending (response_id) SELECT UNNEST(%(ids)s))
                INSERT INTO crm_satisfaction_response_segment_rel (response_id, segment_id)
                SELECT DISTINCT answer.id, stay.segment_id
                  FROM crm_satisfaction_response answer
                  JOIN crm_segment_member stay
                    ON stay.partner_id = answer.customer_id AND stay.company_id = answer.company_id
                   AND stay.date_from <= answer.answered_on
                   AND (stay.date_to IS NULL OR stay.date_to > answer.answered_on)
                 WHERE answer.id = ANY(%(ids)s) AND answer.corrects_id IS NULL
                """,
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset(["segment_ids"])


def _first(record, paths):
    """Return what the first of these paths that exist and are not empty leads to, None when none does."""
    for path in paths:
        found = record
        for name in path.split("."):
            found = found[name] if found and name in found._fields and found._fields[name].relational else None
        if found:
            return found
    return None

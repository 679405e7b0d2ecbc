"""Who would enter and who would leave, before a rule is saved: numbers and examples, with the viewer's rights."""

from odoo import Command, api, fields, models
from odoo.tools import SQL

from .crm_segment import DEFINITION

#: Names shown of those who enter, and of those who leave.
EXAMPLES = 8


class CrmSegment(models.Model):
    _name = "crm.segment"
    _inherit = ["crm.segment", "crm.preview.mixin"]

    preview_html = fields.Html(
        string="Preview",
        compute="_compute_preview_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        help="Who would enter and who would leave now, in your current company, as far as you may see.",
    )

    @api.depends(
        *DEFINITION,
        "sequence",
        "scheme_id.kind",
        "scheme_id.measure_id",
        "condition_ids.measure_id",
        "condition_ids.figure",
        "condition_ids.operator",
        "condition_ids.value",
    )
    @api.depends_context("uid", "company", "lang")
    def _compute_preview_html(self):
        for segment in self[:1]:
            values = segment._preview_safely(segment._preview_frame(), segment._preview_values)
            segment.preview_html = self.env["ir.qweb"]._render("crm_segmentation.crm_segment_preview", values)
        self[1:].preview_html = False  # a form shows one

    def _preview_frame(self):
        company = self.env.company
        scheme = self.scheme_id
        return {
            "where": self.env._("What you may see in %(company)s, as of now.", company=company.name),
            "settling": scheme.settle_days
            and self.env._("A change counts after %(days)s days.", days=scheme.settle_days),
        }

    def _preview_values(self):
        """Return numbers and examples; the customers are told apart by the stays that are open now."""
        viewer = self._as_viewer()
        viewer._check_viewed()
        rows = viewer._preview_rows(self.env.company)
        numbers = self._preview_query(
            SQL(
                "SELECT COUNT(*) FILTER (WHERE was), COUNT(*) FILTER (WHERE now),"
                " COUNT(*) FILTER (WHERE now AND NOT was), COUNT(*) FILTER (WHERE was AND NOT now),"
                " COUNT(*) FILTER (WHERE fits AND NOT now), COUNT(*) FROM (%s) n",
                rows,
            )
        )[0]
        names = ("before", "after", "entering", "leaving", "elsewhere", "customers")
        values = dict(zip(names, numbers, strict=True))
        enter, leave = SQL("now AND NOT was"), SQL("was AND NOT now")
        return {
            **values,
            "rule": viewer._rule_words(self.env.company) if self.kind != "rank" else "",
            "enter": self._preview_names(rows, enter) if values["entering"] else [],
            "leave": self._preview_names(rows, leave) if values["leaving"] else [],
        }

    def _as_viewer(self):
        """Return a copy in memory that is asked with the viewer's rights, whoever owns the rule."""
        names = ("name", "sequence", "share_to", "rule_domain", "use_stay_domain", "stay_domain", "match")
        lines = [
            {
                "measure_id": line.measure_id._origin.id,
                "figure": line.figure,
                "operator": line.operator,
                "value": line.value,
            }
            for line in self.condition_ids
            if line.measure_id
        ]
        values = {
            **{name: self[name] for name in names},
            "scheme_id": self.scheme_id._origin.id or self.scheme_id,
            "owner_id": self.env.uid,
            "condition_ids": [Command.clear(), *(Command.create(line) for line in lines)],
            "within_ids": [Command.set(self.within_ids._origin.ids)],
            "without_ids": [Command.set(self.without_ids._origin.ids)],
        }
        segments = self.env["crm.segment"].with_env(self.env(su=False))
        viewer = segments.new({**values, "name": self.name or self.env._("this segment")}, origin=self._origin)
        viewer.restriction_ids = False
        return viewer

    def _check_viewed(self):
        """Refuse in words what the saved rule would be refused for; nobody reads more in a preview than elsewhere."""
        self.env["crm.customer"].check_access("read")
        self.env["crm.segment"].browse((self.within_ids | self.without_ids)._origin.ids).check_access("read")
        for measure in self.condition_ids.measure_id | self.scheme_id.measure_id:
            measure.with_env(self.env(su=False))._check_values_access()
        self.condition_ids._check_condition()
        self._check_computable()
        if self._node() in self._needed_nodes():
            self._check_no_circle()

    def _preview_rows(self, company):
        """Return a SELECT of (customer_id, fits, now, was) of the profiles that the viewer may see."""
        whole, place = self._preview_siblings()
        me = whole[place]

        def columns(answers):
            return SQL(
                "%s AS now, %s AS was, %s AS fits",
                answers[me],
                SQL(
                    "partner_id IN (SELECT m.partner_id FROM crm_segment_member m WHERE m.segment_id = %s"
                    " AND m.company_id = %s AND m.date_to IS NULL)",
                    self._origin.id or 0,
                    company.id,
                ),
                me._column("r"),
            )

        visible = SQL("crm_customer.id IN %s", self._rule_reader(company)._search([]).subselect())
        return whole._answers_sql(company, visible, columns)

    def _preview_siblings(self):
        """Return (segments that are asked together with this one in their order, the place of this one)."""
        if self.kind == "overlapping":
            return self, 0
        others = self.env["crm.segment"].search(
            [("scheme_id", "=", self.scheme_id._origin.id), ("id", "!=", self._origin.id or 0)]
        )
        if self.kind != "rank":
            others = others.filtered(lambda other: not other._rule_problem())
        earlier = others.filtered(
            lambda other: (other.sequence, other.id) < (self.sequence, self._origin.id or float("inf"))
        )
        return earlier + self + (others - earlier), len(earlier)

    def _preview_names(self, rows, which):
        """Return [{"name", "url"}] of some profiles, the largest first."""
        found = self._preview_query(
            SQL(
                "SELECT n.customer_id FROM (%s) n JOIN crm_customer c ON c.id = n.customer_id WHERE %s"
                " ORDER BY c.monetary DESC NULLS LAST, c.id LIMIT %s",
                rows,
                which,
                EXAMPLES,
            )
        )
        customers = self.env["crm.customer"].browse(row[0] for row in found)._filtered_access("read")
        return [{"name": c.display_name, "url": f"/odoo/customer-profiles/{c.id}"} for c in customers]

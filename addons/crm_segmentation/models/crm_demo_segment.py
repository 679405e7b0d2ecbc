"""A year of segments for the demo customers, as the nightly job would have assigned them. With demo data only."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models
from odoo.tools import SQL

from ..tools import lifecycle, pareto

MONTHS = 13
#: Days between purchases by which the demo customers are judged who have no rhythm of their own.
RHYTHM = 30
READY = ("scheme_lifecycle", "scheme_relationship", "scheme_relationship_value")


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_segments(self):
        """Switch on some of the ready segmentations and tell their past, once."""
        company = self.env.ref("base.main_company")
        schemes = self.env["crm.segment.scheme"].union(*(self.env.ref(f"crm_segmentation.{name}") for name in READY))
        purchases = self._purchases(company)
        if not purchases or all(schemes.mapped("active")):
            return
        schemes.action_unarchive()
        by_class = self.env.ref("crm_segmentation.scheme_abc").segment_ids
        by_state = {s: self.env.ref(f"crm_segmentation.segment_lifecycle_{s}") for s in
                    ("new", "returned", "active", "cooling", "lost", "prospect")}  # fmt: skip
        today = company._crm_today()
        days = [today - relativedelta(months=back) for back in range(MONTHS, 0, -1)]
        stays = []
        for partner, bought in purchases.items():
            stays += self._stays(partner, days, lambda day, of=bought: self._state_place(of, day, by_state))
        classes = [self._classes(purchases, day, by_class) for day in days]
        for partner in purchases:
            places = dict(zip(days, (found.get(partner) for found in classes), strict=True))
            stays += self._stays(partner, days, places.get)
        members = self.env["crm.segment.member"].create([{**stay, "company_id": company.id} for stay in stays])
        members.segment_id.scheme_id.segment_ids.filled_company_ids = [Command.link(company.id)]
        self.env["crm.segment.layout"]._forget()

    def _purchases(self, company):
        """Return {customer id: [(day, amount)]} of the posted invoices and credit notes, oldest first."""
        rows = self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id, invoice_date, amount_untaxed_signed FROM account_move"
                " WHERE company_id = %s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')"
                " ORDER BY invoice_date, id",
                company.id,
            )
        )
        purchases = {}
        for partner, day, amount in rows:
            purchases.setdefault(partner, []).append((day, float(amount)))
        return purchases

    def _state_place(self, bought, today, segments):
        state = self._state(bought, today)
        return segments[state], {"facts": {"lifecycle": state}}

    def _state(self, bought, today):
        """Return the lifecycle as of ``today``."""
        days = sorted({day for day, amount in bought if amount > 0 and day <= today})
        if not days:
            return "prospect"
        gaps = lifecycle.gaps(days)
        rhythm = sorted(gaps)[len(gaps) // 2] if len(gaps) >= lifecycle.MIN_GAPS else RHYTHM
        return lifecycle.state(days[0], days[-1], rhythm, gaps[-1] if gaps else None, today)

    def _classes(self, purchases, today, segments):
        """Return {customer id: (class, facts of the day)} by revenue of the year up to ``today``."""
        first = today - relativedelta(days=364)
        revenue = {
            partner: sum(amount for day, amount in bought if first <= day <= today)
            for partner, bought in purchases.items()
            if bought[0][0] <= today
        }
        found = pareto.classes(list(revenue.values()), segments[:-1].mapped("share_to"))
        total = sum(value for value in revenue.values() if value > 0) or 1
        places = {}
        for (partner, value), place in zip(revenue.items(), found, strict=True):
            better = [other for other in revenue.values() if other > value]
            share = sum(other for other in better if other > 0) / total
            facts = {"value": value, "rank": len(better) + 1, "ranked": len(revenue), "share_before": share}
            places[partner] = (segments[place], facts)
        return places

    def _stays(self, partner, days, place):
        """Return the values of the stays of one customer: one for each run of days with the same segment.

        :param place: function from a day to (segment, facts of that day), or None
        """
        stays, segment = [], None
        for day in days:
            found, facts = place(day) or (None, {})
            if found == segment:
                continue
            if segment:
                stays[-1]["date_to"] = day
            segment = found
            if segment:
                values = {"partner_id": partner, "segment_id": segment.id, "scheme_id": segment.scheme_id.id}
                stays.append({**values, **facts, "date_from": day})
        return stays

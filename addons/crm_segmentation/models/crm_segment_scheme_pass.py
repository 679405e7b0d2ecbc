"""The nightly assignment of customers: a level of segments, a company and a range of contacts a batch."""

from odoo import Command, api, fields, models
from odoo.tools import SQL

from .crm_segment_batch import Batch

#: Contacts in one batch.
SHARD = 200_000


class CrmSegmentScheme(models.Model):
    _inherit = "crm.segment.scheme"

    @api.model
    def _assign_soon(self):
        """Ask the scheduler for the next run, once a transaction: what people typed takes effect in a minute."""
        job = self.env.ref("crm_segmentation.job_segments", raise_if_not_found=False)
        data = self.env.cr.precommit.data
        if job and not data.get("crm_segmentation.assign_soon"):
            data["crm_segmentation.assign_soon"] = True
            job.sudo().cron_id._trigger()

    def _job_refresh(self, job):
        """Do the next batch: where the run is, the job knows.

        :return: (rows written, batches left)
        """
        place = job._get_position()
        levels, problems = self._pass_levels()
        batches = self._pass_batches(levels)
        done = place.get("done", 0)
        if done >= len(batches):
            return 0, 0
        company, level = batches[done]
        start = place.get("next", 0)
        written = self._prepare_pass(levels) if not done and not start else 0
        last = self._shard_end(start)
        written += self._refresh_level(company, level, levels[level], start, last)
        if last:
            job._set_position(done=done, next=last)
            return written, len(batches) - done
        job._set_position(done=done + 1, next=0)
        if done + 1 == len(batches):
            self._note_end(levels, problems)
        return written, len(batches) - done - 1

    def _refresh(self):
        """Bring the members of all segmentations up to date in this transaction; return the number of rows written."""
        levels, problems = self._pass_levels()
        written = self._prepare_pass(levels)
        for company, level in self._pass_batches(levels):
            written += self._refresh_level(company, level, levels[level], 0, 0)
        self._note_end(levels, problems)
        return written

    # What is to be done

    @api.model
    def _prepare_pass(self, levels):
        """Do what comes once a run, before the first batch; return the number of stays that ended."""
        # Rights of readers may have changed since the rules were saved.
        self.env["crm.segment"]._restrict(check=False)
        self.env["crm.segment.layout"]._forget_beyond(len(levels))
        return self._close_archived()

    @api.model
    def _pass_levels(self):
        """Return (levels of segments, {segmentation: what is wrong}): what cannot be asked keeps its members."""
        segments = self.env["crm.segment"].search([("scheme_id.active", "=", True)])
        problems = {}
        for scheme, own in segments.grouped("scheme_id").items():
            for part in [own] if scheme.kind != "overlapping" else list(own):
                if problem := part._rule_problem():
                    problems.setdefault(scheme, []).append(problem)
                    segments -= part
        return segments._levels(), problems

    @api.model
    def _pass_batches(self, levels):
        """Return [(company, level)], every company's first level first: levels look at members of earlier ones."""
        companies = self.env["res.company"].with_context(active_test=False).search([], order="id")
        return [(company, level) for company in companies for level in range(len(levels))]

    @api.model
    def _shard_end(self, start):
        """Return the id of the last contact of the batch that begins after ``start``; 0 for the last batch."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM res_partner WHERE id > %s ORDER BY id OFFSET %s LIMIT 1", start, SHARD - 1)
        )
        return rows[0][0] if rows else 0

    def _note_end(self, levels, problems):
        """Note when each segmentation was assigned, or why not."""
        segments = self.env["crm.segment"].union(*levels)
        now = fields.Datetime.now()
        for scheme in segments.scheme_id | self.browse().union(*problems):
            notes = problems.get(scheme, []) + scheme._positive_notes()
            values = {"last_error": "\n".join(notes) or False}
            if scheme in segments.scheme_id:
                values["refreshed_at"] = now
            scheme.write(values)
        self.env["crm.segment.member"].invalidate_model()
        self.env["crm.customer"].invalidate_model(["segment_id"])

    def _positive_notes(self):
        """Return why nobody is in the best class of some companies."""
        if self.kind != "rank" or not self.measure_id.reviewed:
            return []
        return [
            self.env._("%(company)s: the total is not positive, so nobody is in the best class.", company=company.name)
            for company in self._companies()
            if self._lacks_positive_total(company)
        ]

    def _lacks_positive_total(self, company):
        """Say whether there are customers to rank in ``company``, but none with a positive value."""
        found = self.measure_id._key_customers(company)
        return bool(found["ranked"]) and found["total"] <= 0

    @api.model
    def _close_archived(self):
        """End the stays in what was archived; nobody left, so nothing else follows from it."""
        cr = self.env.cr
        gone = SQL(
            "SELECT segment.id FROM crm_segment segment JOIN crm_segment_scheme scheme ON scheme.id = segment.scheme_id"
            " WHERE NOT (segment.active AND scheme.active)"
        )
        self.env.flush_all()
        cr.execute(
            SQL(
                "UPDATE crm_segment_member SET date_to = GREATEST(date_from, %s)"
                " WHERE date_to IS NULL AND segment_id IN (%s)",
                fields.Date.today(),
                gone,
            )
        )
        closed = cr.rowcount
        cr.execute(SQL("DELETE FROM crm_segment_pending WHERE segment_id IN (%s)", gone))
        cr.execute(SQL("DELETE FROM crm_segment_filled_rel WHERE crm_segment_id IN (%s)", gone))
        self.env["crm.segment"].invalidate_model(["filled_company_ids"])
        return closed

    # One batch

    @api.model
    def _refresh_level(self, company, level, segments, start, last):
        """Assign the contacts of one range to the segments of one level; return the number of rows written."""
        self.env.flush_all()
        segments = segments.filtered(lambda segment: segment.scheme_id.company_id in (company, company.browse()))
        if not segments:
            return 0
        self.env["crm.segment.layout"]._arrange(company, level, segments)
        written = Batch(company, level, segments, start, last).run()
        if not last:
            new = segments.filtered(lambda segment: company not in segment.filled_company_ids)
            new.filled_company_ids = [Command.link(company.id)]
        return written

"""The nightly assignment of customers: a level of segments, a company and a range of contacts a batch."""

from psycopg2 import Error as DatabaseError
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TransactionRollbackError

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
        done, start = tuple(place.get("done", ())), place.get("next", 0)
        batches = [batch for batch in self._pass_batches(levels) if (batch[0].id, batch[1]) > done]
        written = 0 if done or start else self._prepare_pass(levels)
        if not batches:
            self._note_end(levels, problems)
            return written, 0
        company, level = batches[0]
        last = self._shard_end(start)
        written += self._refresh_level(company, level, levels[level], start, last)
        if last:
            job._set_position(next=last)
            return written, len(batches)
        job._set_position(done=[company.id, level], next=0)
        if len(batches) == 1:
            self._note_end(*self._pass_levels())
        return written, len(batches) - 1

    def _refresh(self):
        """Bring the members of all segmentations up to date in this transaction; return the number of rows written."""
        levels, _problems = self._pass_levels()
        written = self._prepare_pass(levels)
        for company, level in self._pass_batches(levels):
            written += self._refresh_level(company, level, levels[level], 0, 0)
        self._note_end(*self._pass_levels())
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
        companies = self.env["res.company"].with_context(active_test=False).search([], order="id")
        problems = {}
        for scheme, own in segments.grouped("scheme_id").items():
            for part in [own] if scheme.kind != "overlapping" else list(own):
                if problem := part._rule_problem(companies):
                    problems.setdefault(scheme, []).append(problem)
                    segments -= part
        try:
            return segments._levels(), problems
        except ValueError as error:
            # Refused when saved; a segmentation restored or chosen by other ways must not stop the others.
            nodes = error.args
            circle = segments.filtered(lambda segment: segment._node() in nodes)
            for scheme in circle.scheme_id:
                problems.setdefault(scheme, []).append(self.env._("These segments need each other in a circle."))
            return (segments - circle)._levels(), problems

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
            notes = problems.get(scheme, []) + scheme._positive_notes() + scheme._unseen_notes()
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

    def _unseen_notes(self):
        """Return where members stay as they are because the owner of a rule does not work there."""
        if self.kind == "rank":
            return []
        stays = self.env["crm.segment.member"]._read_group(
            [("segment_id", "in", self.segment_ids.ids), ("date_to", "=", False)], ["segment_id", "company_id"]
        )
        return [
            self.env._(
                "%(owner)s, with whose rights %(segment)s is asked, does not work in %(company)s: members there stay "
                "as they are.",
                owner=segment.owner_id.name,
                segment=segment.name,
                company=company.name,
            )
            for segment, company in stays
            if not segment._owner_sees(company)
        ]

    def _lacks_positive_total(self, company):
        """Say whether there are customers to rank in ``company``, but none with a positive value."""
        found = self.measure_id._key_customers(company)
        return bool(found["ranked"]) and found["total"] <= 0

    # One batch

    @api.model
    def _refresh_level(self, company, level, segments, start, last):
        """Assign the contacts of one range to the segments of one level; return the number of rows written.

        A rule that the database cannot run is left out from then on: one wrong rule must not stop the others.
        """
        self.env.flush_all()
        segments = self._askable(segments, company)
        while True:
            self.env["crm.segment.layout"]._arrange(company, level, segments)
            if not segments:
                return 0
            try:
                with self.env.cr.savepoint(flush=False):
                    written = Batch(company, level, segments, start, last).run()
                break
            except (TransactionRollbackError, QueryCanceled):
                raise
            except DatabaseError:
                broken = self._note_broken(segments, company)
                if not broken:
                    raise
                segments -= broken
        if not last:
            new = segments.filtered(lambda segment: company not in segment.filled_company_ids)
            new.filled_company_ids = [Command.link(company.id)]
        return written

    @api.model
    def _askable(self, segments, company):
        """Return those that have members in ``company``, and whose owners work there."""
        segments = segments.filtered(lambda segment: segment.scheme_id.company_id in (company, company.browse()))
        blind = segments.filtered(lambda segment: segment.kind != "rank" and not segment._owner_sees(company))
        return segments - self._whole(blind, segments)

    @api.model
    def _whole(self, some, segments):
        """Return ``some`` with all that are asked together with them."""
        nodes = {segment._node() for segment in some}
        return segments.filtered(lambda segment: segment._node() in nodes)

    @api.model
    def _note_broken(self, segments, company):
        """Note on each rule that the database refuses why; return what cannot be asked because of them."""
        broken = segments.browse()
        for segment in segments.filtered(lambda segment: segment.kind != "rank"):
            if reason := segment._database_refuses(company, every=True):
                segment.broken = reason
                broken += segment
        self.env.flush_all()
        return self._whole(broken, segments)

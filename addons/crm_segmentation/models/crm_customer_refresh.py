"""The job that fills the customer profiles from the values of the indicators.

Every night only those whose figures changed, or for whom the passing of time changes something; everybody in shards
after new cut points, after a change of settings, and once a week.
"""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.sync import sync_table

COLUMNS = (
    "currency_id",
    "first_purchase_date",
    "last_purchase_date",
    "frequency",
    "invoice_count",
    "monetary",
    "monetary_before",
    "lifetime_revenue",
    "credit_note_amount",
    "r_score",
    "f_score",
    "m_score",
    "rfm_code",
    "rfm_cell_id",
    "lifecycle",
    "lifecycle_edge",
    "rhythm_days",
    "rhythm_basis",
    "expected_purchase_date",
    "last_gap",
    "last_activity_date",
    "relationship_index",
    "relationship_kind",
)
#: Contacts in one batch of a full computation, and rows of the queue in one batch of the nightly one.
SHARD = 100_000
QUEUE_BATCH = 100_000


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def _job_refresh(self, job):
        """Do the next batch: take cut points of a company, compute a shard of everybody, or those in the queue.

        :return: (rows written, batches left)
        """
        scales = self.env["crm.rfm.scale"]._for_all_companies()
        self._check_measures_reviewed(scales)
        due = scales.filtered(lambda scale: scale._is_due(job.run_number))
        full = scales.filtered(lambda scale: scale._is_full_due())
        if due:
            due[0]._take()
            due[0].profile_run = job.run_number
            return 0, len(due) + len(full)
        if full:
            return self._refresh_shard(full[0], everybody=full == scales), len(full)
        return self._refresh_touched(scales)

    def _check_measures_reviewed(self, scales):
        """Rather yesterday's figures than figures of what one user may see: the step fails and says why."""
        measures = self.env["crm.measure"].union(*map(self._profile_measures, scales))
        waiting = measures.filtered(lambda measure: not measure.reviewed)
        if waiting:
            raise UserError(
                self.env._(
                    "Customer profiles stay as they are until an administrator reviews: %(names)s",
                    names=", ".join(waiting.mapped("name")),
                )
            )

    def _refresh_shard(self, scale, everybody):
        """Compute the profiles of the next contacts of a company; return the number of rows written.

        Where it is, the company's settings know: killed anywhere, the next run goes on from there.

        :param bool everybody: whether all companies are still to be computed
        """
        start = scale.full_next
        if not start:
            self._forget_queued(scale, everybody)
        end = self.env.execute_query(
            SQL("SELECT id FROM res_partner WHERE id > %s ORDER BY id OFFSET %s LIMIT 1", start, SHARD - 1)
        )
        last = end[0][0] if end else 0
        written = self._sync(
            scale,
            lambda column: SQL("%s > %s AND (%s <= %s OR %s)", column, start, column, last, not last),
        )
        scale.write({"full_next": last, "full_on": False if last else scale.company_id._crm_today()})
        return written

    def _forget_queued(self, scale, everybody):
        """Take out of the queue who is computed with everybody from now on anyway."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_queue WHERE topic = 'profile' AND (company_id = %s OR %s)",
                scale.company_id.id,
                everybody,
            )
        )

    def _refresh_touched(self, scales):
        """Compute the profiles of those in the queue, and of those for whom today changes something.

        :return: (rows written, batches left)
        """
        taken = self.env["crm.queue"]._drain("profile", QUEUE_BATCH)
        written = 0
        for scale in scales:
            company = scale.company_id
            self.env.cr.execute(
                SQL(
                    """
                    CREATE TEMPORARY TABLE crm_touched ON COMMIT DROP AS
                    SELECT partner_id FROM crm_drained WHERE company_id IS NULL OR company_id = %(company)s
                     UNION
                    SELECT partner_id FROM crm_customer
                     WHERE company_id = %(company)s AND lifecycle_edge <= %(today)s
                    """,
                    company=company.id,
                    today=company._crm_today(),
                )
            )
            self.env.cr.execute("ANALYZE crm_touched")
            written += self._sync(scale, lambda column: SQL("%s IN (SELECT partner_id FROM crm_touched)", column))
            self.env.cr.execute("DROP TABLE crm_touched")
        return written, int(taken >= QUEUE_BATCH)

    def _sync(self, scale, whom):
        """Bring some profiles of a company in line with the values; return the number of rows written.

        :param whom: function from the SQL of a partner's id to the condition that says whose profiles
        """
        self.env.flush_all()
        written = sync_table(
            self.env.cr,
            "crm_customer",
            self._profiles_sql(scale, whom),
            fixed={"company_id": scale.company_id.id},
            key="partner_id",
            columns=COLUMNS,
            scope=whom(SQL("t.partner_id")),
        )
        self.invalidate_model()
        return written

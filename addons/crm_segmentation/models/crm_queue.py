"""What changed since the last night: a list that only ever grows at one end and is eaten at the other."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

#: Key of the documents noted in this transaction, among what the cursor carries to its commit.
PENDING = "crm_segmentation.queue"


class CrmQueue(models.Model):
    """Customers whose figures must be computed again, one row for each change. Internal, written with plain SQL.

    No key tells a customer's rows apart, and no link checks that the customer still exists. Two users who post for the
    same customer must not wait for each other, and a row that is already here may be taken away by a job that cannot
    see what the second user has not committed yet.
    """

    _name = "crm.queue"
    _description = "Customers to Compute Again"
    _order = "id"
    _rec_name = "topic"
    _log_access = False

    topic = fields.Char(required=True, readonly=True, help="The step that computes these customers again.")
    partner_id = fields.Integer(string="Customer (ID)", readonly=True, help="Empty means all customers.")
    company_id = fields.Integer(string="Company (ID)", readonly=True, help="Empty means all companies.")
    queued_at = fields.Datetime(readonly=True)

    _topic_idx = models.Index("(topic, id)")

    def init(self):
        """A row for each change, for years: numbers of four bytes could run out, and nobody could post any more."""
        self.env.cr.execute(
            "SELECT data_type FROM information_schema.sequences WHERE sequence_name = 'crm_queue_id_seq'"
        )
        if self.env.cr.fetchone() != ("bigint",):
            self.env.cr.execute("ALTER TABLE crm_queue ALTER COLUMN id TYPE bigint")
            self.env.cr.execute("ALTER SEQUENCE crm_queue_id_seq AS bigint")

    # Into the queue

    @api.model
    def _add(self, topic, partner_ids, company_id=None):
        """Queue customers with one statement.

        :param str topic: the step that takes them out, ``documents`` or ``profile``
        :param partner_ids: ids of commercial partners
        :param company_id: id of the company concerned, None for all
        """
        partner_ids = [partner_id for partner_id in partner_ids if partner_id]
        if partner_ids:
            self._add_select(
                topic, SQL("SELECT partner_id, %s::integer FROM UNNEST(%s) partner_id", company_id or None, partner_ids)
            )

    @api.model
    def _add_everybody(self, topic):
        """Queue all customers with one row."""
        self._add_select(topic, SQL("SELECT NULL::integer, NULL::integer"))

    @api.model
    def _add_select(self, topic, customers):
        """Queue what a SELECT of (partner_id, company_id) gives; return the number of rows.

        :param SQL customers: rows without a customer stand for everybody, leave them out where that is not meant
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_queue (topic, partner_id, company_id, queued_at)"
                " SELECT %s, customer.*, NOW() AT TIME ZONE 'UTC' FROM (%s) customer",
                topic,
                customers,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _add_documents(self, documents):
        """Queue the customers that these documents have in the database now."""
        return self._add_select("documents", documents._crm_customers_sql())

    @api.model
    def _add_at_commit(self, documents):
        """Queue the customers of these documents when the transaction ends: one statement a model, however many writes.

        What a savepoint takes back stays noted; a customer too many is computed again for nothing.
        """
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = defaultdict(set)
            precommit.add(self.sudo()._add_pending)
        precommit.data[PENDING][documents._name].update(documents._ids)

    @api.model
    def _add_pending(self):
        """Queue the customers of the documents noted so far; they are in the database as they will be committed."""
        for name, ids in self.env.cr.precommit.data.pop(PENDING, {}).items():
            if self._is_there():
                self._add_documents(self.env[name].browse(sorted(ids)))

    @api.model
    def _is_there(self):
        """Say whether the table exists: it does not yet, or no longer, while addons are installed or removed."""
        if self.pool.ready:
            return True
        self.env.cr.execute("SELECT TO_REGCLASS('crm_queue') IS NOT NULL")
        return self.env.cr.fetchone()[0]

    # Out of the queue

    @api.model
    def _drain(self, topic, limit):
        """Take the oldest rows out and put their customers into table ``crm_drained`` (partner_id, company_id).

        The table ends with the transaction, and so does the removal when the transaction fails: the caller computes
        these customers in the same transaction. Rows that another transaction is taking out are left to it. A row for
        everybody becomes a row for each customer with a value.

        The rows are chosen into an array, once: as a subquery of IN they may be chosen anew for every row of the table.

        :return: number of rows taken out; fewer than ``limit`` when no more are left
        """
        cr = self.env.cr
        self.env.flush_all()
        self._add_pending()
        cr.execute("DROP TABLE IF EXISTS crm_drained")
        cr.execute("CREATE TEMPORARY TABLE crm_drained (partner_id integer, company_id integer) ON COMMIT DROP")
        cr.execute(
            SQL(
                """
                WITH taken AS (
                     DELETE FROM crm_queue
                      WHERE id = ANY(ARRAY(SELECT id FROM crm_queue WHERE topic = %s ORDER BY id LIMIT %s
                                              FOR UPDATE SKIP LOCKED))
                  RETURNING partner_id, company_id),
                     noted AS (
                     INSERT INTO crm_drained
                     SELECT DISTINCT partner_id, company_id FROM taken WHERE partner_id IS NOT NULL
                      UNION
                     SELECT DISTINCT partner_id, NULL::integer FROM crm_measure_value
                      WHERE EXISTS (SELECT FROM taken WHERE partner_id IS NULL))
                SELECT COUNT(*) FROM taken
                """,
                topic,
                limit,
            )
        )
        count = cr.fetchone()[0]
        cr.execute("ANALYZE crm_drained")
        return count

    @api.model
    def _length(self, topic):
        """Return (number of rows, when the oldest was queued or False) of one topic."""
        self.env.cr.execute(
            SQL(
                "SELECT (SELECT COUNT(*) FROM crm_queue WHERE topic = %(topic)s),"
                " (SELECT queued_at FROM crm_queue WHERE topic = %(topic)s ORDER BY id LIMIT 1)",
                topic=topic,
            )
        )
        count, oldest = self.env.cr.fetchone()
        return count, oldest or False

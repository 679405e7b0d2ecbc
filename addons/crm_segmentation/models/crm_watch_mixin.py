"""The hook of a document model: whatever changes a customer's figures puts the customer into the queue."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

_UNKNOWN = object()


class CrmWatchMixin(models.AbstractModel):
    """Documents whose changes are noticed when they reach the database, recomputed columns included.

    Nothing is asked of the database while nothing that counts changes. Otherwise the customers are queued with one
    statement at the end of the transaction, and with one more when a document goes from one customer or company to
    another, because the one it leaves is known only before.
    """

    _name = "crm.watch.mixin"
    _description = "Documents Watched for Customer Figures"

    #: Columns that lead to a customer, whatever the indicators count.
    _crm_customer_columns = ()
    #: Columns whose change concerns the profile itself, in any document, whatever the indicators count.
    _crm_profile_columns = ()

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._crm_watched()._crm_queue_at_commit()
        return documents

    def _write_multi(self, vals_list):
        watched = self._crm_watched(vals_list)
        moving = watched._crm_moving(vals_list) if watched else watched
        if moving:
            moving._crm_queue_now()
        super()._write_multi(vals_list)
        watched._crm_queue_at_commit()

    def unlink(self):
        self._crm_watched()._crm_queue_now()
        return super().unlink()

    # What counts

    def _crm_watched(self, vals_list=None):
        """Return those of these documents that count for some figure, as far as is known without asking the database.

        :param vals_list: the columns about to be written, one dict a document; None: the whole document comes or goes
        """
        if not self or self.env.context.get(MODULE_UNINSTALL_FLAG):
            return self.browse()
        if not self.pool.ready:
            return self
        watchers = self._crm_watchers()
        if vals_list is None:
            vals_list = [{}] * len(self)
        else:
            names = {name for vals in vals_list for name in vals}
            watchers = [(columns, guards) for columns, guards in watchers if not columns.isdisjoint(names)]
        if not watchers:
            return self.browse()
        customers = self._crm_customer_paths()
        return self.browse(
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if any(self._crm_known(id_, name, vals) is not None for name in customers)
            and self._crm_counts(id_, vals, watchers)
        )

    def _crm_watchers(self):
        """Return ``(columns, guards)`` of each figure that reads these documents; see ``crm.measure._watchers``."""
        watchers = self.env["crm.measure"]._watchers(self._name)
        if self._crm_profile_columns:
            watchers = (*watchers, (frozenset(self._crm_profile_columns), ()))
        return watchers

    def _crm_counts(self, id_, vals, watchers):
        """Say whether a change of ``vals`` in document ``id_`` may change a figure."""
        return any(
            (not vals or not columns.isdisjoint(vals))
            and all(
                name in vals or self._crm_known(id_, name, vals) in (_UNKNOWN, *allowed) for name, allowed in guards
            )
            for columns, guards in watchers
        )

    def _crm_known(self, id_, name, vals):
        """Return what is known of a column without asking the database; a column about to change is unknown."""
        if name in vals:
            return _UNKNOWN
        return self._fields[name]._get_cache(self.env).get(id_, _UNKNOWN)

    def _crm_moving(self, vals_list):
        """Return those that existed before this transaction and are about to change customer or company."""
        places = {*self._crm_customer_paths(), "company_id"}
        if not any(places & vals.keys() for vals in vals_list):
            return self.browse()
        return self.filtered(lambda document: not document._crm_is_new())

    def _crm_is_new(self):
        """Say whether this record was created in this transaction: no figure knows it yet."""
        created = self._fields["create_date"]._get_cache(self.env).get(self.id)
        return bool(created) and created >= self.env.cr.now()

    # Whose figures

    def _crm_customer_paths(self):
        """Return the columns that lead to a customer."""
        return {*self._crm_customer_columns, *self.env["crm.measure"]._watched_customers(self._name)}

    def _crm_customers_sql(self):
        """Return a SELECT of (partner_id, company_id): the customers of these documents, as in the database."""
        customers = SQL(", ").join(
            SQL("(document.%s)", SQL.identifier(name))
            if name == "commercial_partner_id"
            else SQL("((SELECT commercial_partner_id FROM res_partner WHERE id = document.%s))", SQL.identifier(name))
            for name in sorted(self._crm_customer_paths())
        )
        return SQL(
            "SELECT DISTINCT customer.partner_id, document.company_id FROM %s document"
            " CROSS JOIN LATERAL (VALUES %s) customer (partner_id)"
            " WHERE document.id = ANY(%s) AND customer.partner_id IS NOT NULL",
            SQL.identifier(self._table),
            customers,
            list(self._ids),
        )

    def _crm_queue_now(self):
        if self and self.env["crm.queue"]._is_there():
            self.env["crm.queue"]._add_documents(self)

    def _crm_queue_at_commit(self):
        if self:
            self.env["crm.queue"]._add_at_commit(self)

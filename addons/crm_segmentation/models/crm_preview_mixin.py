"""What a form shows of its result while it is being written: never longer than a person waits, never an error page."""

import logging

from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TransactionRollbackError

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: The form waits so long for each statement of a preview, in seconds.
PREVIEW_SECONDS = 3


class CrmPreviewMixin(models.AbstractModel):
    _name = "crm.preview.mixin"
    _description = "Preview on a Form"

    def _preview_safely(self, values, compute):
        """Return ``values`` with what ``compute()`` adds: figures, or why there are none, in words.

        Statements that take too long are ended; nothing that was written stays.
        """
        values = dict(values)
        # What waits to be written must not be written within the preview, which is undone.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False) as savepoint:
                self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", PREVIEW_SECONDS * 1000))
                values.update(compute())
                # A setting made in a savepoint ends only when the savepoint is undone.
                savepoint.rollback()
        except TransactionRollbackError:
            raise
        except QueryCanceled:
            values["slow"] = self.env._(
                "This takes longer than %(seconds)s seconds here; at night it may be computed all the same. A narrower "
                "filter is faster.",
                seconds=PREVIEW_SECONDS,
            )
        except AccessError:
            values["error"] = self.env._("You may not read these documents, so nothing can be shown to you.")
        except UserError as error:
            values["error"] = str(error)
        except Exception as error:
            _logger.info("No preview of %s %s", self._name, self.display_name, exc_info=True)
            values["error"] = self._preview_reason(error)
        return values

    def _preview_reason(self, error):
        """Return what is wrong in words; the first line of an error of the database says it."""
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        return self.env._("This cannot be computed: %(reason)s", reason=reason)

    def _preview_query(self, query):
        """Run a statement; one that fails or takes too long is the reader's news and not the server's."""
        self.env.flush_query(query)
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()

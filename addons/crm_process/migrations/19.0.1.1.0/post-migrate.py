"""Write the stage history of opportunities that were there before it was kept."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    api.Environment(cr, SUPERUSER_ID, {})["crm.stage.log"]._backfill()

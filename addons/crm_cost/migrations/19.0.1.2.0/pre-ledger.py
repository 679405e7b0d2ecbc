def migrate(cr, version):
    """Lines name their place in the account map and what told their customer; accounts may change place by date."""
    cr.execute("DROP INDEX IF EXISTS crm_cost_account_role_account_uniq")
    cr.execute(
        "ALTER TABLE crm_cost_line ADD COLUMN IF NOT EXISTS role varchar, ADD COLUMN IF NOT EXISTS found_by varchar"
    )
    cr.execute(
        """
        UPDATE crm_cost_line
           SET role = CASE WHEN level IN ('activity', 'unused', 'variance') THEN 'pool' ELSE level END,
               found_by = CASE WHEN partner_id IS NULL THEN 'none' WHEN level = 'activity' THEN 'activity'
                               ELSE 'document' END
         WHERE role IS NULL
        """
    )

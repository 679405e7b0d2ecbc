def migrate(cr, version):
    """All segmentations so far are ranked ones; the default is another now. Open stays are told apart by segment."""
    cr.execute("ALTER TABLE crm_segment_scheme ADD COLUMN IF NOT EXISTS kind varchar")
    cr.execute("UPDATE crm_segment_scheme SET kind = 'rank' WHERE kind IS NULL")
    # Whoever installed the addon assigned the customers so far: for them nothing begins anew.
    cr.execute("DROP INDEX IF EXISTS crm_segment_member_open_uniq")

def migrate(cr, version):
    """Segments that have members were filled before: what changes next is a change."""
    cr.execute(
        """
        INSERT INTO crm_segment_filled_rel (crm_segment_id, res_company_id)
        SELECT segment.id, member.company_id
          FROM (SELECT DISTINCT scheme_id, company_id FROM crm_segment_member) member
          JOIN crm_segment segment ON segment.scheme_id = member.scheme_id
        ON CONFLICT DO NOTHING
        """
    )

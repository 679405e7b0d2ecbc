def migrate(cr, version):
    """Hide at once what a minute of one or two people costs, without waiting for the night.

    From this version on only managers see it: in results of small pools, and in amounts that stand beside minutes.
    """
    cr.execute(
        "UPDATE crm_cost_pool_result result SET rate_basis = pool.rate_basis, people = pool.people,"
        " restricted = COALESCE(pool.people, 0) < 3, given_minutes = 0"
        " FROM crm_cost_pool pool WHERE pool.id = result.pool_id"
    )
    cr.execute(
        "UPDATE crm_cost_line line SET minutes = NULL FROM crm_cost_pool_result result"
        " WHERE result.period_id = line.period_id AND result.pool_id = line.pool_id AND result.restricted"
        " AND line.minutes IS NOT NULL"
    )
    cr.execute("UPDATE crm_cost_line SET variance_kind = 'none' WHERE variance_kind IS NULL")

"""Bring a table in line with a query, writing only the rows that differ."""

from odoo.tools import SQL

#: Rows written from which PostgreSQL gets fresh statistics of the table.
ANALYZE_FROM = 1000


def sync_table(cr, table, source, *, fixed, key, columns, insert=True, delete=True):
    """Make the part of ``table`` that ``fixed`` names equal to ``source``; return the number of rows written.

    The query is materialised once; an anti-join delete, a guarded update and an anti-join insert follow. When nothing
    changed, nothing is written: no row version and no WAL.

    :param cr: cursor, inside the caller's transaction
    :param str table: name of the table
    :param SQL source: SELECT of the key followed by ``columns``, no key twice
    :param dict fixed: column -> value (or None) shared by all rows in question, for example measure and company
    :param str key: the column that tells these rows apart, for example ``partner_id``
    :param columns: names of the other columns
    :param bool insert: add the rows that the table lacks
    :param bool delete: remove the rows that the query does not give
    """
    target, fresh = SQL.identifier(table), SQL.identifier(f"fresh_{table}")
    columns = [SQL.identifier(name) for name in columns]
    scope = SQL(" AND ").join(
        SQL("t.%s IS NULL", SQL.identifier(name)) if value is None else SQL("t.%s = %s", SQL.identifier(name), value)
        for name, value in fixed.items()
    )
    same = SQL("t.%(key)s = n.%(key)s", key=SQL.identifier(key))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", fresh, source))
    cr.execute(SQL("CREATE UNIQUE INDEX ON %s (%s)", fresh, SQL.identifier(key)))
    cr.execute(SQL("ANALYZE %s", fresh))
    written = 0
    if delete:
        cr.execute(
            SQL("DELETE FROM %s t WHERE %s AND NOT EXISTS (SELECT FROM %s n WHERE %s)", target, scope, fresh, same)
        )
        written += cr.rowcount
    cr.execute(
        SQL(
            "UPDATE %s t SET %s FROM %s n WHERE %s AND %s AND (%s) IS DISTINCT FROM (%s)",
            target,
            SQL(", ").join(SQL("%s = n.%s", name, name) for name in columns),
            fresh,
            scope,
            same,
            SQL(", ").join(SQL("t.%s", name) for name in columns),
            SQL(", ").join(SQL("n.%s", name) for name in columns),
        )
    )
    written += cr.rowcount
    if insert:
        cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s n WHERE NOT EXISTS (SELECT FROM %s t WHERE %s AND %s)",
                target,
                SQL(", ").join([*map(SQL.identifier, fixed), SQL.identifier(key), *columns]),
                SQL(", ").join([*(SQL("%s", v) for v in fixed.values()), SQL.identifier(key), *columns]),
                fresh,
                target,
                scope,
                same,
            )
        )
        written += cr.rowcount
    if written >= ANALYZE_FROM:
        # The statements of the same night must not plan for the table as it was before its first fill.
        cr.execute(SQL("ANALYZE %s", target))
    cr.execute(SQL("DROP TABLE %s", fresh))
    return written

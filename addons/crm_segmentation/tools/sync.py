"""Bring a table in line with a query, writing only the rows that differ."""

from odoo.tools import SQL

#: Rows written from which PostgreSQL gets fresh statistics of the table.
ANALYZE_FROM = 1000


def sync_table(
    cr, table, source, *, fixed, key, columns, nullable=(), once=(), scope=None, insert=True, delete=True, report=None
):
    """Make the part of ``table`` that ``fixed`` and ``scope`` name equal to ``source``; return the rows written.

    One join finds the rows that differ and keeps only those; they are deleted, updated or inserted. When nothing
    changed, nothing is written: no row version and no WAL.

    :param cr: cursor, inside the caller's transaction
    :param str table: name of the table
    :param SQL source: SELECT of the key followed by ``columns``, no key twice
    :param dict fixed: column -> value (or None) shared by all rows in question, for example measure and company
    :param key: the column that tells these rows apart, for example ``partner_id``, or several of them
    :param columns: names of the other columns
    :param nullable: columns of the key that may be empty (and are never 0); the unique index reads COALESCE(column, 0)
    :param once: names of columns the query gives too, written when a row is new and left alone from then on
    :param SQL scope: further condition on the rows in question, alias ``t``; ``source`` gives no others
    :param bool insert: add the rows that the table lacks
    :param bool delete: remove the rows that the query does not give
    :param SQL report: INSERT that takes the keys of the rows written from alias ``written``
    """
    sync = _Sync(
        table, fixed, (key,) if isinstance(key, str) else tuple(key), tuple(columns), nullable, tuple(once), scope
    )
    cr.execute(sync.compare(source))
    found = cr.rowcount
    statements = [sync.delete()] if delete else []
    statements.append(sync.update())
    statements += [sync.insert()] if insert else []
    written = 0
    for statement in statements if found else ():
        if report:
            statement = SQL("WITH written AS (%s RETURNING %s) %s", statement, sync.keys("t"), report)
        cr.execute(statement)
        written += cr.rowcount
    if written >= ANALYZE_FROM:
        # The statements of the same night must not plan for the table as it was before its first fill.
        cr.execute(SQL("ANALYZE %s", sync.target))
    cr.execute(SQL("DROP TABLE %s", sync.changes))
    return written


class _Sync:
    """The statements of one synchronisation: alias ``t`` is the table, ``n`` what the query gave."""

    def __init__(self, table, fixed, key, columns, nullable, once, scope):
        self.target, self.changes = SQL.identifier(table), SQL.identifier(f"changes_{table}")
        self.fixed, self.key, self.columns, self.once = fixed, key, columns, once
        self.same = SQL(" AND ").join(_equal(name, name in nullable) for name in key)
        conditions = [_is(name, value) for name, value in fixed.items()] + ([scope] if scope else [])
        self.scope = SQL(" AND ").join(conditions)

    def keys(self, alias):
        return SQL(", ").join(SQL.identifier(alias, name) for name in self.key)

    def compare(self, source):
        """Keep what differs: rows without ``old_id`` are new, rows that are not ``given`` are gone."""
        differs = SQL(" OR ").join(
            SQL("t.%(name)s IS DISTINCT FROM n.%(name)s", name=SQL.identifier(name)) for name in self.columns
        )
        return SQL(
            "CREATE TEMPORARY TABLE %(changes)s ON COMMIT DROP AS SELECT t.id AS old_id, n.*"
            " FROM (SELECT TRUE AS given, source.* FROM (%(source)s) source) n"
            " FULL JOIN (SELECT t.* FROM %(target)s t WHERE %(scope)s) t ON %(same)s"
            " WHERE t.id IS NULL OR n.given IS NULL OR %(differs)s",
            changes=self.changes,
            source=source,
            target=self.target,
            scope=self.scope,
            same=self.same,
            differs=differs,
        )

    def delete(self):
        return SQL("DELETE FROM %s t USING %s n WHERE t.id = n.old_id AND n.given IS NULL", self.target, self.changes)

    def update(self):
        names = [SQL.identifier(name) for name in self.columns]
        return SQL(
            "UPDATE %s t SET %s FROM %s n WHERE t.id = n.old_id AND n.given",
            self.target,
            SQL(", ").join(SQL("%s = n.%s", name, name) for name in names),
            self.changes,
        )

    def insert(self):
        own = [*self.key, *self.columns, *self.once]
        return SQL(
            "INSERT INTO %s AS t (%s) SELECT %s FROM %s n WHERE n.old_id IS NULL ORDER BY %s",
            self.target,
            SQL(", ").join(map(SQL.identifier, [*self.fixed, *own])),
            SQL(", ").join([*(SQL("%s", value) for value in self.fixed.values()), *map(SQL.identifier, own)]),
            self.changes,
            self.keys("n"),
        )


def _is(name, value):
    column = SQL.identifier("t", name)
    return SQL("%s IS NULL", column) if value is None else SQL("%s = %s", column, value)


def _equal(name, nullable):
    old, new = SQL.identifier("t", name), SQL.identifier("n", name)
    return SQL("COALESCE(%s, 0) = COALESCE(%s, 0)", old, new) if nullable else SQL("%s = %s", old, new)

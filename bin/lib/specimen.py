"""Fill a table with copies of one row that Odoo itself made: whatever columns there are, they are filled."""

from odoo.tools import SQL


def insert_copies(env, table, specimen, columns, source):
    """Insert one copy of the specimen's row for each row of ``source``, with ``columns`` of its own."""
    env.cr.execute(
        """
        SELECT attname FROM pg_attribute
         WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        """,
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = [SQL(columns[name]) if name in columns else SQL.identifier("old", name) for name in names]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS old, %s WHERE old.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(table),
            SQL(source),
            specimen.id,
        )
    )

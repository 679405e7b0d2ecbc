"""The values as the product stored them, in the form of ``expected``."""

from .expected import COLUMNS, MISSING, RHYTHM
from .raw import EPOCH, UNITS, columns


def rows(connection, code):
    """Return the columns of one indicator, by company and customer.

    :param code: ``revenue`` or ``purchase_days``
    """
    unit = UNITS if code == "revenue" else 1
    parts = {
        "company": ("v.company_id", "int"),
        "partner": ("v.partner_id", "int"),
        **{
            name: (f"COALESCE(ROUND(v.{name}::numeric * {unit}), 0)::bigint", "bigint")
            for name in ("quantity", "quantity_window", "quantity_before")
        },
        **{name: (f"v.{name}::bigint", "bigint") for name in ("documents", "documents_window", "documents_before")},
        **{
            name: (f"COALESCE((v.{name} - DATE '{EPOCH}')::bigint, {MISSING})", "bigint")
            for name in ("first_date", "last_date", "next_edge")
        },
        "rhythm_twice": (f"COALESCE(ROUND(v.rhythm_days * 2)::bigint, {MISSING})", "bigint"),
        "gap_count": ("COALESCE(v.gap_count, 0)::bigint", "bigint"),
        "last_gap": (f"COALESCE(v.last_gap::bigint, {MISSING})", "bigint"),
    }
    assert set(parts) == {*COLUMNS, *RHYTHM}
    query = (
        f"SELECT {', '.join(sql for sql, _kind in parts.values())} FROM crm_measure_value v"
        f" JOIN crm_measure m ON m.id = v.measure_id WHERE m.code = '{code}' AND v.company_id IS NOT NULL"
        " ORDER BY v.company_id, v.partner_id"
    )
    return columns(connection, query, {name: kind for name, (_sql, kind) in parts.items()})


def has_rhythm(connection, code):
    """Say whether the indicator keeps the gaps between days."""
    with connection.cursor() as cr:
        cr.execute("SELECT to_jsonb(m) ->> 'has_rhythm' FROM crm_measure m WHERE code = %s", [code])
        return cr.fetchone()[0] == "true"

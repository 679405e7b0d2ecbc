"""All that a database holds by name: catalog, registry, rows per table. To compare before and after."""

from psycopg2 import sql

from . import postgres

CATALOG = {
    "column": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace""",
    "sequence": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
    "function": """
        SELECT proname, pg_get_function_arguments(oid) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace""",
    "trigger": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "view": "SELECT table_name FROM information_schema.views WHERE table_schema = 'public'",
    "comment": """
        SELECT c.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
         WHERE d.classoid = 'pg_class'::regclass AND c.relnamespace = 'public'::regnamespace""",
}
REGISTRY = {
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model, name FROM ir_model_fields",
    "selection": """
        SELECT f.model, f.name, s.value FROM ir_model_fields_selection s
          JOIN ir_model_fields f ON f.id = s.field_id""",
    "external id": "SELECT module, name, model FROM ir_model_data",
    # Not core's notes about foreign keys: they have no external id, by which alone core would find them at the end.
    "constraint record": """
        SELECT c.name, c.type, m.model, o.name FROM ir_model_constraint c
          JOIN ir_model m ON m.id = c.model JOIN ir_module_module o ON o.id = c.module
         WHERE c.type != 'f'""",
    "access": "SELECT name FROM ir_model_access",
    "rule": "SELECT name FROM ir_rule",
    "group": "SELECT name->>'en_US' FROM res_groups",
    "scheduled action": "SELECT cron_name FROM ir_cron",
    "parameter": "SELECT key FROM ir_config_parameter",
    "default": "SELECT f.model, f.name FROM ir_default d JOIN ir_model_fields f ON f.id = d.field_id",
    "saved filter": "SELECT model_id, name FROM ir_filters",
    "export template": "SELECT resource, name FROM ir_exports",
    "attachment": """
        SELECT res_model, res_field, name FROM ir_attachment
         WHERE url IS NULL OR url NOT LIKE '/web/assets/%'""",
    "view record": "SELECT name, model FROM ir_ui_view",
    "menu": "SELECT name->>'en_US' FROM ir_ui_menu",
    "action": "SELECT type, name->>'en_US' FROM ir_actions",
    "mail template": "SELECT name->>'en_US' FROM mail_template",
    "message type": "SELECT name->>'en_US' FROM mail_message_subtype",
}
# Tables in which rows come and go by themselves.
LIVELY = {
    "base_cache_signaling_assets": "cache signals",
    "bus_bus": "messages to browsers",
    "crm_job_run": "log of the nightly jobs",
    "ir_attachment": "compiled assets; the others are compared by name",
    "ir_cron_progress": "log of the scheduler",
    "ir_cron_trigger": "log of the scheduler",
    "ir_logging": "log",
    "ir_model_constraint": "compared by name",
    "ir_model_data": "compared by name",
    "ir_profile": "log",
    "res_users_log": "log",
}


def take(database):
    """Return {kind: set of rows}."""
    with postgres.cursor(database) as cr:
        found = {}
        for kind, query in {**CATALOG, **REGISTRY}.items():
            cr.execute(query)
            found[kind] = set(map(_text, cr.fetchall()))
        cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({name for (name,) in cr.fetchall()} - {*LIVELY} - _signals(cr))
        counts = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), sql.Identifier(name)) for name in tables
        )
        cr.execute(counts)
        found["rows"] = set(map(_text, cr.fetchall()))
    return found


def differences(before, after):
    """Return one line per thing that is new (+) or missing (-)."""
    return [
        f"{sign} {kind}: {row}"
        for kind in before
        for sign, rows in (("+", after[kind] - before[kind]), ("-", before[kind] - after[kind]))
        for row in sorted(rows)
    ]


def _signals(cr):
    """Return the tables by which Odoo's processes tell each other about changes."""
    cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'orm\\_signaling\\_%'")
    return {name for (name,) in cr.fetchall()}


def _text(row):
    return " | ".join(map(str, row))

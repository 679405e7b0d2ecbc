"""One module per operation of the table; each has ``run(env, ...)`` for an Odoo process of its own."""

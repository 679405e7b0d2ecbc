"""The contact's form and a list of 80 contacts, with our addons and without, in turns: queries and milliseconds."""

import time

from lxml import etree

from odoo import api
from odoo.modules.registry import Registry

from harness.figures import Figures
from harness.middle import interval, median

TURNS = 40
ADMINISTRATOR = 2


def run(env, plain, addons):
    """Measure both screens in this database and in ``plain``.

    :param addons: number of our addons installed here; the goals are per addon
    """
    databases = {"plain": Registry(plain), "ours": Registry(env.cr.dbname)}
    # Large and small customers; the oldest ones have most documents.
    env.cr.execute("SELECT id FROM res_partner WHERE is_company AND id > 20 ORDER BY id LIMIT %s", [TURNS + 1])
    partners = [partner for (partner,) in env.cr.fetchall()]
    figures = Figures()
    words = "our addon" if addons == 1 else f"our {addons} addons"
    for screen, call, queries, milliseconds in (
        ("customer form", _form, 2, 2),
        ("list of 80 customers", _list, 1, 10),
        ("list of 80 customers with our columns", _list, 1, 10),
    ):
        found = {key: [] for key in databases}
        views = {key: _view(registry, screen) for key, registry in databases.items()}
        for turn, partner in enumerate(partners):
            for key in sorted(databases, reverse=turn % 2):
                found[key].append(_timed(databases[key], call, views[key], partner))
        _add(figures, f"{screen}, {words}", found, queries * addons, milliseconds * addons)
    return figures


def _add(figures, words, found, queries, milliseconds):
    # The first turn fills caches.
    counts = {key: median([count for count, _time in turns[1:]]) for key, turns in found.items()}
    times = {key: median([time for _count, time in turns[1:]]) for key, turns in found.items()}
    differences = [ours[1] - plain[1] for ours, plain in zip(found["ours"][1:], found["plain"][1:], strict=True)]
    low, high = interval(differences)
    figures.add(
        f"{words}: queries more",
        counts["ours"] - counts["plain"],
        "",
        at_most=queries,
        note=f"{counts['plain']:g} without, {counts['ours']:g} with",
    )
    figures.add(
        f"{words}: time more",
        median(differences),
        "ms",
        at_most=milliseconds,
        note=f"{times['plain']:.1f} ms without, {times['ours']:.1f} with; median of {len(differences)} pairs,"
        f" 95 % interval {low:.1f} to {high:.1f}",
    )


def _view(registry, screen):
    """Return the specification of fields that the web client asks for, by the views of this database."""
    with registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {})
        view_type = "form" if "form" in screen else "list"
        arch = env["res.partner"].get_views([(False, view_type)])["views"][view_type]["arch"]
        return _specification(env["res.partner"], etree.fromstring(arch)) | _our_columns(env, screen)


def _our_columns(env, screen):
    """Return what a list that shows the profile asks for besides: every column of ours, the bare link left out."""
    partner = env["res.partner"]
    if "our columns" not in screen or not hasattr(partner, "_customer_card_columns"):
        return {}
    names = [name for name in partner._customer_card_columns() if name != "customer_card_id"]
    return {name: {"fields": {"display_name": {}}} if partner._fields[name].relational else {} for name in names}


def _specification(model, node):
    """Ask for every field of a view, optional columns too; for lines also the fields of their list."""
    result = {}
    for field in node.xpath(".//field[not(ancestor::field)]"):
        definition = model._fields[field.get("name")]
        result[definition.name] = {}
        if definition.type == "many2one":
            # The web client asks for no name of a link that is always invisible.
            hidden = field.get("invisible") in ("1", "True")
            result[definition.name] = {"fields": {} if hidden else {"display_name": {}}}
        elif definition.type in ("one2many", "many2many"):
            view = next(iter(field.xpath("./list|./kanban")), None)
            comodel = model.env[definition.comodel_name]
            fields = {"display_name": {}} if view is None else _specification(comodel, view)
            result[definition.name] = {"fields": fields, "limit": 40, "order": ""}
    return result


def _timed(registry, call, specification, partner):
    """Return (queries, milliseconds) of one request with a cursor of its own."""
    with registry.cursor() as cr:
        env = api.Environment(cr, ADMINISTRATOR, {"lang": "en_US", "allowed_company_ids": [1]})
        start, before = time.perf_counter(), cr.sql_log_count
        call(env, specification, partner)
        return cr.sql_log_count - before, (time.perf_counter() - start) * 1000


def _form(env, specification, partner):
    env["res.partner"].browse(partner).web_read(specification)


def _list(env, specification, partner):
    env["res.partner"].web_search_read([("id", ">=", partner)], specification, limit=80, count_limit=10001)

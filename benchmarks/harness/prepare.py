"""The databases of one size: filled and kept, a plain copy without our addons, a copy with them."""

import time
from pathlib import Path

from lib import databases, odoo, postgres, progress, project, templates

FILL = """
import sys
sys.path[:0] = [{library!r}, {benchmarks!r}]
import generate, generate_sales
{statement}
"""
BENCHMARKS = Path(__file__).resolve().parents[1]
#: The addon that is measured first and alone.
BASE = "crm_segmentation"


def name(size, kind=""):
    """Return the name of the database of a size: filled, ``plain`` or ``ours``."""
    return f"crm_suite_bench_{size.lower()}" + (f"_{kind}" if kind else "")


def filled(size):
    """Return a database of that size without our addons; it is kept, because filling takes longer than measuring."""
    database = name(size)
    if not databases.exists(database):
        with progress.step("History") as step:
            step.work(f"generating size {size}")
            part = name(size, "part")
            databases.copy(templates.dependencies(project.addons()), part)
            _fill(part, f"generate.fill(env, {size!r})")
            databases.rename(part, database)
            step.found(f"size {size}")
    with postgres.cursor(database) as cr:
        # Apart, so that a database filled before there were orders gets them too.
        cr.execute("SELECT 1 FROM sale_order WHERE client_order_ref = 'generated' LIMIT 1")
        has_sales = bool(cr.fetchone())
    if not has_sales:
        _fill(database, "generate_sales.fill(env)")
    _vacuum(database)
    return database


def _fill(database, statement):
    script = FILL.format(library=str(project.ROOT / "bin"), benchmarks=str(BENCHMARKS), statement=statement)
    odoo.run("shell", "-d", database, "--no-http", script=script, log="bench-fill.log")


def copies(size):
    """Make the two copies anew; return their names (plain, ours)."""
    source, plain, ours = filled(size), name(size, "plain"), name(size, "ours")
    with progress.step("Copies") as step:
        step.work("copying the filled database")
        databases.copy(source, plain)
        databases.copy(source, ours)
        step.found(f"{plain}, {ours}")
    return plain, ours


def install(database, addons):
    """Install addons of ours; return Odoo's log."""
    words = "-d", database, "-i", ",".join(addons), "--stop-after-init", "--no-http"
    log = odoo.run(*words, log="bench-install.log")
    if lines := odoo.alarms(log):
        raise progress.Failure("installing the addons logs warnings or errors:\n" + "\n".join(lines))
    return log


def drop(size):
    """Drop the copies; the filled database stays."""
    for kind in ("plain", "ours"):
        databases.drop(name(size, kind))


def _vacuum(database):
    """Have the visibility map and the statistics that a database at work has.

    Whoever still looks at the database, such as the server's own analysis, keeps pages from being marked: try again.
    """
    with postgres.cursor(database) as cr:
        for table in ("account_move", "account_move_line", "res_partner", "sale_order", "crm_lead"):
            for _attempt in range(10):
                cr.execute("SELECT relallvisible > 0.95 * relpages FROM pg_class WHERE relname = %s", [table])
                if cr.fetchone()[0]:
                    break
                cr.execute(f"VACUUM ANALYZE {table}")
                time.sleep(0.5)
            else:
                raise progress.Failure(f"{table} in {database} cannot be vacuumed: who else uses that database?")

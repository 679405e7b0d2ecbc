"""Measure the product on years of documents in a real Odoo database; results go to benchmarks/RESULTS.md.

    .venv/bin/python benchmarks/run.py [XS|S|M|L] [--again] [--keep]

An interrupted run goes on where it was, unless the code changed; --again begins anew. The database of a size is filled
once and kept; the two copies that are measured go at the end, unless --keep. A PostgreSQL server of one's own is named
by PGHOST, PGPORT, PGUSER and PGPASSWORD. See benchmarks/README.md.
"""

import argparse
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bin"), str(ROOT / "benchmarks")]

import check  # noqa: E402

from harness import crash, growth, inside, prepare, report, work  # noqa: E402
from harness.figures import Figures  # noqa: E402
from harness.store import Store, all_sizes, machine  # noqa: E402
from lib import databases, postgres, progress, project  # noqa: E402
from sizes import COMPANIES, SIZES  # noqa: E402

#: Answers of customers for each customer: a million in size L.
ANSWERS = 5


class Run:
    """All operations of one size, in order: each may rely on those before it."""

    def __init__(self, size, again):
        self.size, self.store = size, Store(size, again)
        self.plain, self.ours = prepare.name(size, "plain"), prepare.name(size, "ours")
        if not (databases.exists(self.plain) and databases.exists(self.ours)):
            self.store.operations.clear()

    def all(self):
        for name, method in (
            ("installing", self.install),
            ("first pass", self.first_pass),
            ("correctness", self.correctness),
            ("second run", self.second_run),
            ("one percent", self.touched),
            ("alerts", self.alerts),
            ("after the changes", self.after_changes),
            ("segments", self.segments),
            ("ORM", self.orm),
            ("screens, one addon", self.screens),
            ("the other addons", self.install_others),
            ("answers of customers", self.satisfaction),
            ("screens, all addons", self.screens_all),
            ("asking", self.asking),
            ("cost pages", self.cost_pages),
            ("posting", self.posting),
            ("closing a month", self.closing),
            ("computing a month", self.cost_month),
            ("people at work", self.people),
            ("killed", self.killed),
            ("at the end", self.after_changes),
        ):
            if name not in self.store.operations:
                with progress.step(name.capitalize()) as step:
                    step.work(f"size {self.size}")
                    self.store.add(name, method())
                    step.found(f"size {self.size}")

    def facts(self, name):
        return self.store.operations[name]["facts"]

    def install(self):
        prepare.copies(self.size)
        return self._installed([prepare.BASE])

    def install_others(self):
        return self._installed([addon for addon in project.addons() if addon != prepare.BASE])

    def _installed(self, addons):
        figures, start = Figures(), time.perf_counter()
        log = prepare.install(self.ours, addons)
        figures.add(f"installing {', '.join(addons)}, Odoo's start included", time.perf_counter() - start, note="once")
        for addon, seconds in re.findall(r"Module (crm_\w+) loaded in ([\d.]+)s", log):
            if addon in addons:
                figures.add(f"- {addon} alone", float(seconds), note="by Odoo's log")
        return figures.as_dict()

    def first_pass(self):
        return inside.run(self.ours, "first_pass", size=self.size, plain=self.plain)

    def correctness(self):
        """Abort the run when a value differs from numpy's."""
        return self._compared("values of the full pass that differ from numpy's").as_dict()

    def after_changes(self):
        """The values that the changes left must be those of numpy, and a full pass must find nothing to correct."""
        figures = Figures()
        inside.run(self.ours, "chain", again=True)
        figures.extend(self._compared("values by the queue that differ from numpy's"))
        found = inside.run(self.ours, "full_again")
        figures.add("rows that a full pass then corrects", found["rows"], "", at_most=0)
        return figures.as_dict()

    def _compared(self, words):
        figures = Figures()
        note = "; ".join(f"{code} {rows:,} rows {digest}" for code, (rows, digest) in check.check(self.ours).items())
        figures.add(words, 0, "", at_most=0, note=note)
        return figures

    def second_run(self):
        return inside.run(self.ours, "second_run", size=self.size, plain=self.plain)

    def touched(self):
        facts = self.facts("second run")
        steady = {
            name.removeprefix("steady "): seconds for name, seconds in facts.items() if name.startswith("steady ")
        }
        return inside.run(self.ours, "touched", steady=steady)

    def alerts(self):
        return inside.run(self.ours, "alerts", size=self.size, plain=self.plain)

    def segments(self):
        return inside.run(self.ours, "segments", limit=self.facts("second run")["limit"])

    def orm(self):
        facts = self.facts("second run")
        words = {"nothing changed": "steady", "every row changed": "changed"}
        set_based = {key: facts[fact] / facts["customers"] for key, fact in words.items()}
        return inside.run(self.ours, "orm_patterns", set_based=set_based)

    def screens(self):
        return inside.run(self.ours, "screens", plain=self.plain, addons=1)

    def satisfaction(self):
        return inside.run(self.ours, "satisfaction", answers=ANSWERS * SIZES[self.size][0])

    def screens_all(self):
        return inside.run(self.ours, "screens", plain=self.plain, addons=len(project.addons()))

    def asking(self):
        return inside.run(self.ours, "asking", size=self.size)

    def cost_pages(self):
        return inside.run(self.ours, "cost_pages", limit=self.facts("second run")["limit"])

    def posting(self):
        return inside.run(self.ours, "posting", size=self.size, plain=self.plain, addons=len(project.addons()))

    def closing(self):
        return inside.run(self.ours, "close_month")

    def cost_month(self):
        return inside.run(self.ours, "cost_month")

    def people(self):
        return work.measure(self.ours, self.size).as_dict()

    def killed(self):
        return crash.measure(self.ours).as_dict()


def write(run):
    """Write the section of this size, and the growth over all sizes; return the goals that are not met."""
    customers, documents = SIZES[run.size]
    words = f"{customers:,} customers, {documents:,} invoices and credit notes over ten years, {COMPANIES} companies."
    report.section(f"Size {run.size}", [words, "", *report.tables(run.store.operations)], machine())
    found = run.store.operations
    grown = growth.figures(all_sizes(SIZES), {size: number for size, (_customers, number) in SIZES.items()})
    if grown:
        found = {**found, "growth": grown.as_dict()}
        report.section("Growth", report.tables({"slopes": grown.as_dict()}), machine())
    return report.missed(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", nargs="?", default="S", choices=list(SIZES))
    parser.add_argument("--again", action="store_true", help="forget what an earlier run of this code measured")
    parser.add_argument("--keep", action="store_true", help="keep the two measured databases")
    choices = parser.parse_args()
    start = time.perf_counter()
    try:
        postgres.ensure()
        run = Run(choices.size, choices.again)
        run.all()
        missed = write(run)
    except progress.Failure as failure:
        sys.exit(f"run: {failure}")
    if not choices.keep:
        prepare.drop(choices.size)
    progress.say(f"\n{report.RESULTS.relative_to(ROOT)} written, {time.perf_counter() - start:.0f} s in all.")
    progress.say("\n".join(["Goals not met:", *missed]) if missed else "All goals are met.")


if __name__ == "__main__":
    main()

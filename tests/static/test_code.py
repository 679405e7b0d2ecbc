"""Linters, one test each. What they look for is set in pyproject.toml, or here where they do not read it."""

import pytest

from lib import project

PYTHON = ["addons", "bin", "tests", "benchmarks"]

PYLINT_DISABLED = (
    # One idea per file, also where a model is extended twice.
    "consider-merging-classes-inherited",
    # Asked of those who publish with OCA.
    "manifest-required-author",
    "missing-readme",
    # pylint cannot know whether what is overridden returns anything.
    "missing-return",
    # Configuration is small and read whole.
    "no-search-all",
)
OCA_DISABLED = (
    # Core writes the header in lower case and plain numbers in fields; so do we.
    "xml-header-wrong",
    "xml-field-numeric-without-eval",
    # The order of attributes is for the reader of that element.
    "xml-tag-position",
    # OCA's own hosting and packaging.
    "prefer-readme-rst",
    "weblate-component-too-long",
)
PO_DISABLED = (
    # Odoo's export has an order of its own, and what equals the source (a name, a unit) is still translated.
    "po-pretty-format",
)

every_addon = pytest.mark.parametrize("addon", project.addons())


def test_ruff_lint(tool):
    tool("ruff", "check", "--quiet", *_existing())


def test_ruff_format(tool):
    tool("ruff", "format", "--check", "--quiet", "--diff", *_existing())


@every_addon
def test_pylint_odoo(tool, addon):
    tool("pylint", f"--disable={','.join(PYLINT_DISABLED)}", project.ADDONS / addon)


@every_addon
def test_oca_xml_and_csv(tool, addon):
    tool("oca-checks-odoo-module", f"--disable={','.join(OCA_DISABLED)}", project.ADDONS / addon)


@every_addon
def test_oca_po(tool, addon):
    files = sorted((project.ADDONS / addon / "i18n").glob("*.po*"))
    assert files, "no translation template"
    tool("oca-checks-po", f"--disable={','.join(PO_DISABLED)}", *files)


def _existing():
    return [name for name in PYTHON if (project.ROOT / name).is_dir()]

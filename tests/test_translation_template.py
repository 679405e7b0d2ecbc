"""The translation templates in the repository are what Odoo would export today."""

import difflib

import pytest

from lib import project, templates, translations


@pytest.mark.parametrize("addon", project.addons())
def test_up_to_date(copy_of, tmp_path, addon):
    kept = project.ADDONS / addon / "i18n" / f"{addon}.pot"
    assert kept.exists(), "bin/i18n makes it"
    now = translations.export(copy_of(templates.suite([addon])), addon, tmp_path)
    lines = [translations.undated(path.read_text(encoding="utf-8")) for path in (kept, now)]
    if changes := "\n".join(difflib.unified_diff(*lines, "kept", "now", n=1, lineterm="")):
        pytest.fail(f"stale; run bin/i18n {addon}\n{changes}", pytrace=False)

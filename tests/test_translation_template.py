"""The translation templates in the repository are what Odoo would export today."""

import difflib

import pytest

from lib import project, templates, translations


@pytest.fixture(scope="module")
def exported(tmp_path_factory, copy_of_for_module):
    folder = tmp_path_factory.mktemp("i18n")
    return translations.export(copy_of_for_module(templates.suite(project.addons())), project.addons(), folder)


@pytest.mark.parametrize("addon", project.addons())
def test_up_to_date(exported, addon):
    kept = project.ADDONS / addon / "i18n" / f"{addon}.pot"
    assert kept.exists(), "bin/i18n makes it"
    with open(exported[addon], encoding="utf-8") as file:
        now = translations.undated(file.read())
    changes = difflib.unified_diff(translations.undated(kept.read_text(encoding="utf-8")), now, "kept", "now", n=1)
    assert not list(changes), "stale; run bin/i18n"

"""Both Chinese translations say everything, and nothing that is only a guess."""

import polib
import pytest

from lib import project


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW"])
@pytest.mark.parametrize("addon", project.addons())
def test_complete(addon, language):
    folder = project.ADDONS / addon / "i18n"
    missing = [name for name in (f"{addon}.pot", f"{language}.po") if not (folder / name).is_file()]
    assert not missing, "bin/i18n makes them"
    catalogue = polib.pofile(str(folder / f"{language}.po"))
    open_entries = [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]
    assert not open_entries, "untranslated or fuzzy"
    sources = {entry.msgid for entry in polib.pofile(str(folder / f"{addon}.pot"))}
    assert sources == {entry.msgid for entry in catalogue if not entry.obsolete}, "run bin/i18n"

"""bin/i18n: write translation templates anew and carry the changes into the translations."""

import os
import tempfile
from pathlib import Path

import polib

from . import databases, options, postgres, progress, project, templates, translations

LANGUAGES = {"zh_CN": "nplurals=1; plural=0;", "zh_TW": "nplurals=1; plural=0;"}


def main(arguments):
    addons = options.i18n().parse_args(arguments).addons or project.addons()
    postgres.ensure()
    for addon in addons:
        database = f"crm_suite_run_{os.getpid()}_i18n"
        databases.copy(templates.suite([addon]), database)
        try:
            with tempfile.TemporaryDirectory() as folder:
                exported = translations.export(database, addon, Path(folder))
                _update(addon, exported.read_text(encoding="utf-8"))
        finally:
            databases.drop(database)


def _update(addon, exported):
    folder = project.ADDONS / addon / "i18n"
    folder.mkdir(exist_ok=True)
    template = folder / f"{addon}.pot"
    # A template in which only the date is new stays as it is.
    old = template.read_text(encoding="utf-8") if template.exists() else ""
    if translations.undated(old) != translations.undated(exported):
        template.write_text(exported, encoding="utf-8")
    source = polib.pofile(str(template))
    for language, plural in LANGUAGES.items():
        path = folder / f"{language}.po"
        catalogue = polib.pofile(str(path)) if path.exists() else _new(source, language, plural)
        _merge(catalogue, source)
        catalogue.save(str(path))
        open_entries = sum(not entry.translated() for entry in catalogue)
        progress.say(f"{addon} {language}: {len(catalogue)} entries, {open_entries} untranslated")


def _new(source, language, plural):
    catalogue = polib.POFile(wrapwidth=78)
    catalogue.metadata = {**source.metadata, "Language": language, "Plural-Forms": plural}
    return catalogue


def _merge(catalogue, source):
    """Give the catalogue the template's entries in the template's order, with the translations there are."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    catalogue.clear()
    for entry in source:
        old = known.get((entry.msgctxt, entry.msgid))
        entry = polib.POEntry(
            msgid=entry.msgid,
            msgctxt=entry.msgctxt,
            msgstr=old.msgstr if old else "",
            comment=entry.comment,
            tcomment=old.tcomment if old else "",
            occurrences=entry.occurrences,
            flags=sorted({*entry.flags, *({"fuzzy"} & set(old.flags if old else ()))}),
        )
        catalogue.append(entry)

"""Fetch Debian's package of Odoo 19 with apt, from the mirror this machine uses; unpack it, install nothing.

apt gets lists, caches and a sources file of its own, so any user can do this and nothing on the system
changes. Signatures are checked against Debian's archive keyring as always.
"""

import os
import re
import shutil
from pathlib import Path

from . import progress, project

UNPACKED = project.LOCAL / "odoo-debian"
APT = project.LOCAL / "apt"
SOURCES = Path("/etc/apt")
KEYRINGS = [Path("/usr/share/keyrings/debian-archive-keyring").with_suffix(suffix) for suffix in (".pgp", ".gpg")]

# odoo-19 is only in sid. Font Awesome comes from a stable suite, where it is still the 4.7 whose class names
# Odoo uses.
SUITES = ("sid", "bookworm")
PACKAGES = (
    "odoo-19",
    # Files that Debian's package leaves out and links to; without jquery every page of the web client is an
    # error.
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome/bookworm",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
# Not free enough for Debian, so in none of its packages: blurs the background of video calls. It is part of
# the web client's bundle, whose missing file shows as an error in the browser and fails every browser test.
MISSING = "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def fetch(step):
    """Download and unpack; the folder appears under its name only when it is complete."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise progress.Failure("apt: not on this system")
    mirrors = list(mirror_uris())
    if not mirrors:
        raise progress.Failure("apt: no Debian mirror in /etc/apt")
    for number, mirror in enumerate(mirrors, start=1):
        try:
            return _fetch_from(mirror, step)
        except progress.Failure:
            if number == len(mirrors):
                raise


def _fetch_from(mirror, step):
    step.work("fetching Debian's package of Odoo 19")
    lists, cache, packages = APT / "lists", APT / "cache", APT / "packages"
    for folder in (lists / "partial", cache / "archives/partial", packages):
        folder.mkdir(parents=True, exist_ok=True)
    keyring = next((f"[signed-by={path}] " for path in KEYRINGS if path.exists()), "")
    sources = APT / "sources.list"
    sources.write_text("".join(f"deb {keyring}{mirror} {suite} main\n" for suite in SUITES), encoding="utf-8")
    apt = ["apt-get", "--quiet", *_options(sources, lists, cache)]
    progress.run_logged([*apt, "update"], "apt.log", attempts=3)
    progress.run_logged([*apt, "download", *PACKAGES], "apt.log", attempts=3, cwd=packages)

    step.work("unpacking Odoo 19")
    part = UNPACKED.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    for package in sorted(packages.glob("*.deb")):
        progress.run_logged(["dpkg-deb", "-x", package, part], "apt.log")
    if not (part / MISSING).exists():
        (part / MISSING).parent.mkdir(parents=True, exist_ok=True)
        (part / MISSING).write_text("// Not in Debian's package.\n", encoding="utf-8")
    shutil.rmtree(UNPACKED, ignore_errors=True)
    part.rename(UNPACKED)
    shutil.rmtree(APT)


def _options(sources, lists, cache):
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": lists,
        "Dir::Cache": cache,
        "Acquire::Languages": "none",
        "Acquire::Retries": 5,
        "Acquire::http::Timeout": 60,
        "Acquire::https::Timeout": 60,
        # An update that failed in part would otherwise end with success and the download with "no such
        # package".
        "APT::Update::Error-Mode": "any",
    }
    if os.geteuid() == 0:
        # apt's own user may not be able to reach this folder.
        settings["APT::Sandbox::User"] = "root"
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def mirror_uris():
    """Yield the Debian mirrors in the machine's apt sources, each once, both file formats."""
    files = [SOURCES / "sources.list", *sorted(SOURCES.glob("sources.list.d/*"))]
    seen = set()
    for path in files:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for uri in _uris_deb822(text) if path.suffix == ".sources" else _uris_one_line(text):
            # Other archives (security updates, other vendors) do not carry Debian's sid.
            if uri.rstrip("/").endswith("/debian") and uri not in seen:
                seen.add(uri)
                yield uri


def _uris_one_line(text):
    for match in re.finditer(r"^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)", text, re.MULTILINE):
        yield match.group(1)


def _uris_deb822(text):
    for match in re.finditer(r"^URIs:(.*(?:\n[ \t].*)*)", text, re.MULTILINE | re.IGNORECASE):
        yield from match.group(1).split()

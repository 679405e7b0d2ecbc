"""Each addon as a wheel: built without network, holding every file, imported from where it is installed."""

import os
import shutil
import subprocess
import sys

import pytest

from lib import project

IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "build", "dist", "*.egg-info")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """All four wheels, built from copies of the addons' folders and installed into an empty folder."""
    folder = tmp_path_factory.mktemp("packaging")
    for addon in project.addons():
        source = folder / "addons" / addon
        shutil.copytree(project.ADDONS / addon, source, ignore=IGNORED)
        _python("-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "wheels", source)
    wheels = sorted((folder / "wheels").glob("*.whl"))
    assert len(wheels) == len(project.addons())
    _python("-m", "pip", "install", "--no-deps", "--no-index", "--target", folder / "target", *wheels)
    return folder


@pytest.mark.parametrize("addon", project.addons())
def test_every_file_is_in_the_wheel(installed, addon):
    assert _files(installed / "target/odoo/addons" / addon) >= _files(installed / "addons" / addon) - {"pyproject.toml"}


@pytest.mark.parametrize("addon", project.addons())
def test_imports_where_it_is_installed(installed, addon):
    # As Odoo does it: the framework first, then the addon as a part of the namespace odoo.addons.
    script = f"import odoo.init, odoo.addons.{addon} as addon; print(addon.__file__)"
    output = _python("-c", script, cwd=installed, PYTHONPATH=str(installed / "target"))
    assert output.strip() == str(installed / f"target/odoo/addons/{addon}/__init__.py")


def _files(folder):
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "build"} & {*path.parts}
    }


def _python(*arguments, cwd=None, **variables):
    # The version is the manifest's; counting commits for it needs a git folder, which the copy does not have.
    environment = {**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none", **variables}
    command = [sys.executable, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    if result.returncode:
        pytest.fail(f"{' '.join(command)}\n{result.stdout}{result.stderr}", pytrace=False)
    return result.stdout

"""The arithmetic in addons/*/tools and of the measurements: examples hold, and need neither Odoo nor a database."""

import pytest

from lib import project

TOOLS = [path for path in sorted(project.ADDONS.glob("*/tools/*.py")) if path.name != "__init__.py"]
TOOLS += [project.ROOT / "benchmarks" / name for name in ("harness/middle.py", "checks/expected.py")]


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: "/".join(path.relative_to(project.ROOT).parts))
def test_examples(tool, path):
    tool("python", "-m", "doctest", path)

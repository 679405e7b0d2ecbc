"""The arithmetic in addons/*/tools: its examples hold, and need neither Odoo nor a database."""

import pytest

from lib import project

TOOLS = [path for path in sorted(project.ADDONS.glob("*/tools/*.py")) if path.name != "__init__.py"]


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: "/".join(path.relative_to(project.ADDONS).parts))
def test_examples(tool, path):
    tool("python", "-m", "doctest", path)

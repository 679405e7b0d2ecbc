"""Running a tool and failing with what it says."""

import subprocess
import sys

import pytest

from lib import project


@pytest.fixture
def tool():
    def run(name, *arguments):
        """Run a tool of .venv in the project's folder; its complaints are the failure's message."""
        command = [str(project.VENV / "bin" / name), *map(str, arguments)]
        if name == "python":
            command[0] = sys.executable
        result = subprocess.run(command, cwd=project.ROOT, capture_output=True, text=True, check=False)
        if result.returncode:
            pytest.fail(f"{name} {' '.join(command[1:])}\n{result.stdout}{result.stderr}", pytrace=False)

    return run

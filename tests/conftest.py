"""What the tests here share: the commands' own library, and databases copied from templates."""

import contextlib
import itertools
import os
import sys
from pathlib import Path

import pytest

# The library of bin/ knows where things are, how Odoo is run and which templates there are.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

_number = itertools.count(1)


@contextlib.contextmanager
def _copies():
    from lib import databases

    made = []

    def copy(template):
        name = f"crm_suite_run_{os.getpid()}_{next(_number)}"
        made.append(name)
        databases.copy(template, name)
        return name

    yield copy
    for name in made:
        databases.drop(name)


@pytest.fixture
def copy_of():
    """Return a function that copies a template; the copies go when the test ends."""
    with _copies() as copy:
        yield copy


@pytest.fixture(scope="module")
def copy_of_for_module():
    """Like ``copy_of``, for copies that the tests of a module share."""
    with _copies() as copy:
        yield copy

"""How every command begins: make sure that Odoo and .venv are there, go on inside .venv."""

import errno
import importlib
import os
import signal
import sys

from . import odoo_tree, options, progress, project, python_env

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

# Set for the second half of a command, which runs on the Python of .venv.
READY = "CRM_SUITE_READY"


def command(name):
    """Run the command ``lib.cmd_<name>`` on the Python of .venv, after preparing both if need be."""
    progress.quiet = name != "setup"
    # The reader of a pipe may leave early (bin/odoo ... | head); that is no error of ours.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        if os.environ.pop(READY, None) == str(project.ROOT):
            sys.exit(importlib.import_module(f"lib.cmd_{name}").main(sys.argv[1:]))
        options.check(name, sys.argv[1:])
        prepare()
        environment = {**os.environ, READY: str(project.ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        os.execve(project.PYTHON, [project.PYTHON, *sys.argv], environment)
    except progress.Failure as failure:
        sys.exit(f"bin/{name}: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        sys.exit(f"bin/{name}: the disk is full ({error.filename or project.ROOT}); free some space and try again.")


def prepare():
    python = python_env.find_python()
    tree = odoo_tree.ensure(python)
    python_env.ensure(python, tree)

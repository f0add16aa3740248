"""Imports only go down, as `pyproject.toml` says."""

import subprocess
import sys

PROGRAM = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def test_contracts(pytestconfig):
    """In a process of its own: import-linter sets up logging anew, and silences loggers that tests listen to."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=pytestconfig.rootpath, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

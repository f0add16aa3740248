"""Style and types, as pyproject.toml sets them."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("tool", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_clean(tool, request):
    done = subprocess.run([sys.executable, "-m", *tool], cwd=request.config.rootpath, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

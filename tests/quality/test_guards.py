"""What the tests' own house rules hold: which skips a run may have, what reaches a test, and what is missed aloud."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

SKIPS = """
import os
import pytest

@pytest.mark.parametrize("reason", {reasons})
def test_skipped(reason):
    pytest.skip(reason)

def test_surroundings():
    mine = {{name: value for name, value in os.environ.items() if name.startswith("LECTOR_")}}
    assert mine == {{
        "LECTOR_CACHE": "kept", "LECTOR_NANO_WHEEL": "kept", "LECTOR_OCR_CACHE_MB": "0", "LECTOR_PICTURE_CACHE_MB": "0",
    }}
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
"""
SURPRISE = """
import pytest

@pytest.mark.xfail
def test_mended():
    pass
"""


@pytest.fixture
def run(tmp_path, pytestconfig):
    """Tests of one file beside the conftest of all, with the project's options: what pytest says, and its exit code."""
    tests = pytestconfig.rootpath / "tests"
    for name in ("conftest.py", "allowed_skips.txt"):
        shutil.copy(tests / name, tmp_path)

    def run(source: str, *more: str):
        (tmp_path / "test_it.py").write_text(source)
        variables = {"LECTOR_MAX_TOKENS": "0", "LECTOR_CACHE": "kept", "LECTOR_NANO_WHEEL": "kept", "LECTOR_TOKEN": "x"}
        command = [sys.executable, "-m", "pytest", "-c", str(pytestconfig.inipath), "-p", "no:cacheprovider", *more]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LECTOR_")} | variables
        done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, env=environ)
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_skip_is_for_a_reason_that_is_listed_word_by_word(run):
    code, said = run(SKIPS.format(reasons=["this processor lacks avx512"]))
    assert code == 0 and ": this processor lacks avx512\n" in said
    wrong = ["this processor lacks avx512, or time", "lacks avx512", "no kernels: third-party documents are not here"]
    code, said = run(SKIPS.format(reasons=["this processor lacks avx512", *wrong]))
    assert code == 1 and "3 skips are not on allowed_skips.txt" in said


def test_what_was_expected_to_fail_and_does_not_is_a_failure(run):
    assert run(SURPRISE)[0] == 1


def test_browser_tests_that_are_not_collected_are_missed_aloud(run, tmp_path, pytestconfig):
    """Where there is no Chromium, say."""
    (tmp_path / "browser").mkdir()
    source = (pytestconfig.rootpath / "tests" / "browser" / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "browser" / "conftest.py").write_text(source.replace("IS_HERE = ", "IS_HERE = False and "))
    (tmp_path / "browser" / "test_page.py").write_text("def test_page(): assert False")
    code, said = run("def test_other(): pass")
    assert code == 0 and "tests/browser is not collected" in said

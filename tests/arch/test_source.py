"""The source budget: small files, small functions, a docstring on top, no stray imports or prints."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("preprocess", "prompts", "vlm", "app", "bench", "train")
MAX_FILE_LINES, MAX_FUNCTION_LINES = 300, 60
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES + TEST_FILES, ids=name)
def test_files_and_functions_are_small(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAX_FILE_LINES
    tree = ast.parse(source)
    long = [
        n.name for n in ast.walk(tree) if isinstance(n, FUNCTIONS) and n.end_lineno - n.lineno >= MAX_FUNCTION_LINES
    ]
    assert not long


@pytest.mark.parametrize("path", FILES, ids=name)
def test_modules_say_what_they_are_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module opens with a docstring"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_bare_except_and_no_own_import_inside_functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), "a bare except"
        if isinstance(node, FUNCTIONS):
            for inner in ast.walk(node):
                modules = []
                if isinstance(inner, ast.ImportFrom):
                    modules = [inner.module or ""]
                elif isinstance(inner, ast.Import):
                    modules = [alias.name for alias in inner.names]
                assert not [m for m in modules if m.split(".")[0] in ROOMS], (
                    f"{node.name} imports one of our own modules"
                )


def test_only_programs_print():
    """Printing belongs to files that have a `main`."""
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
        assert not calls or "main" in names, f"{name(path)} prints and has no main"


def test_no_file_knows_this_machine():
    for path in FILES + TEST_FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.match(r"/(root|home|work|Users)\b", node.value), name(path)


def test_test_folders_are_not_named_like_packages():
    """Otherwise `tests/app` would shadow `app`; and an `__init__.py` would make packages of them."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert not folders & {*ROOMS}
    assert not list((ROOT / "tests").rglob("__init__.py"))

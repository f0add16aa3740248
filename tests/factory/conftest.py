"""Fonts for pages that are drawn."""

from __future__ import annotations

import pymupdf
import pytest

FONTS = {"helv": "sans", "tiro": "serif", "cour": "receipt", "cjk": "cjk"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    """Fonts that come with a package users have anyway: nothing is downloaded to test."""
    from train.factory import fonts

    folder = tmp_path_factory.mktemp("fonts")
    families = []
    for name, role in FONTS.items():
        (folder / name).write_bytes(pymupdf.Font(name).buffer)
        families.append(fonts.Family(name, role, "", (name,), ""))
    return fonts.Fonts.load(folder, families)

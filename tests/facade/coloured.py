"""Pictures that differ in nothing but their colour, and so in their bytes."""

from __future__ import annotations

from pathlib import Path

from PIL import Image


def draw(path: Path, colour: int) -> None:
    Image.new("RGB", (40, 30), (colour, 0, 0)).save(path)

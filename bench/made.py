"""PDFs to measure with: `make([Wanted("a.pdf", pages=3), Wanted("b.pdf", pages=1, scans=True, seed=7)])`

A page has thirty lines of words and a table of a hundred cells, no two pages the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

# In a program of its own: the library that makes PDFs is not to be in this one.
_MAKE = """
import json, sys, pymupdf
for wanted in json.load(sys.stdin):
    document = pymupdf.open()
    for number in range(1, wanted["pages"] + 1):
        odd = number + 1009 * wanted["seed"]
        page = document.new_page()
        words = [[f"word{(odd * 7919 + row * 104729 + k) % 9973}" for k in range(9)] for row in range(30)]
        page.insert_text((60, 60), [" ".join(row) for row in words], fontsize=10)
        for column in range(5):
            cells = [f"{(odd * 31 + row * 17 + column * 7) % 997},{row:02}" for row in range(1, 20)]
            page.insert_text((60 + 100 * column, 500), [f"Head {column}", *cells], fontsize=10)
        if wanted["scans"]:
            picture = page.get_pixmap(dpi=150).tobytes("jpeg")
            document.delete_page(-1)
            document.new_page().insert_image(pymupdf.Rect(0, 0, 595, 842), stream=picture)
    document.save(wanted["path"])
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A PDF of so many pages; `scans` are pictures of pages, without words."""

    path: str
    pages: int
    scans: bool = False
    seed: int = 0


def make(wanted: Sequence[Wanted]) -> None:
    """Write them. Raises CalledProcessError: one cannot be written."""
    text = json.dumps([asdict(one) for one in wanted])
    subprocess.run([sys.executable, "-c", _MAKE], input=text, text=True, check=True)

"""Documents of our own making, to try the page with: two drawn by the factory, and the invoice that README asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "docs"
_NAMES = {"invoice": "invoice.pdf", "receipt": "receipt.jpg", "chart": "chart.png"}
# By the keys of what their buttons say; none where Lector was installed without its docs.
SAMPLES: Mapping[str, Path] = {name: _FOLDER / file for name, file in _NAMES.items() if (_FOLDER / file).exists()}

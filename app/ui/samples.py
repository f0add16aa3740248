"""Documents of our own making, to try the page with: two drawn by the factory, and the invoice that README asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "docs"
_NAMES = {"An invoice": "invoice.pdf", "A receipt": "receipt.jpg", "A chart": "chart.png"}
# By what their buttons say; none where Lector was installed without its docs.
SAMPLES: Mapping[str, Path] = {name: _FOLDER / file for name, file in _NAMES.items() if (_FOLDER / file).exists()}

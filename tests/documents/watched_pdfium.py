"""pdfium as Lector reads with it, and a look at what its process has imported."""

from __future__ import annotations

import sys
from typing import Any

from preprocess.pdf_pdfium import (  # noqa: F401
    close_document,
    count_pages,
    open_document,
    opened_page,
    prepare,
)


def modules(page: Any) -> list[str]:
    return sorted(sys.modules)

"""How much memory a process has reserved."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def address_space(pid: int) -> int:
    """Bytes of address space that a process has reserved; 0 where the system does not say, or the process is gone."""
    if sys.platform != "linux":
        return 0
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")

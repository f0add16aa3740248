"""The toys of the golden tests serve here too."""

from __future__ import annotations

from tests.golden.conftest import load, one_thread, toys, vl, vl_reference

__all__ = ["load", "one_thread", "toys", "vl", "vl_reference"]

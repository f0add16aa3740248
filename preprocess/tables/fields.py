"""Texts that name themselves, as `Date: 1 May` does."""

from __future__ import annotations

import re

from preprocess.spaceless import SPACELESS

COLONS = (":", "\N{FULLWIDTH COLON}")

_COLON = re.compile(rf":(?:\s|$)|(?<=[{SPACELESS}]):|\N{{FULLWIDTH COLON}}")


def is_field(text: str) -> bool:
    """Whether it names itself: of a form, whose fields may stand side by side."""
    return field_of(text) is not None


def field_of(text: str) -> tuple[str, str] | None:
    """The name that it gives itself, and what it says behind that; None where it names nothing."""
    colon = _COLON.search(text)
    return (text[: colon.start()].strip(), text[colon.end() :].strip()) if colon else None

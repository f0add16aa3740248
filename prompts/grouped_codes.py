"""Long codes that are printed in groups: `DE89 3704 0044 …` of an account, `030 555-1234` of a telephone."""

from __future__ import annotations

import re

from prompts.numbers import digits, readings

_CODE = re.compile(r"\+?([a-z\d]{8,})")  # as nobody prints it
_APART = r"[ ()/\-]{1,2}"  # what parts its groups where it is printed; points and commas are an amount's
_GROUPS = re.compile(rf"[a-z\d]+(?:{_APART}[a-z\d]+)+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")


def is_in_groups(code: str, said: str, before: str, after: str) -> bool:
    """Whether what is said, between what stands before and after it in its cell, is all of a folded code in groups, and
    neither an amount nor two numbers."""
    found = _CODE.fullmatch(code)
    if not found or 2 * len(digits(code)) < len(found[1]):
        return False
    if not _GROUPS.fullmatch(said) or _THOUSANDS.fullmatch(said):
        return False
    if code[0] not in "+0" and readings(code) and (not code.isdigit() or len(re.split(_APART, said)) < 3):
        return False
    return not (re.search(rf"\d[a-z\d]*{_APART}$", before) or re.match(rf"{_APART}[a-z\d]*\d", after))

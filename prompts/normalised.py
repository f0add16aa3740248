"""What a short answer means, where that is one thing only: a date as ISO 8601, a number as a plain decimal.

    normalised("31.12.2023")    # "2023-12-31"
    normalised("RM 1,234.50")   # "1234.50"
    normalised("1.234")         # None: a thousand in Berlin, hardly more than one in London

The printed words stay the answer; this stands beside them for programs.
"""

from __future__ import annotations

import re

from prompts import dates, numbers

_CODE = re.compile(r"0\d")  # a number of something, such as a post code: its zeros count


def normalised(text: str) -> str | None:
    """The ISO date or the decimal that `text` stands for; None if it is neither, or can be read in two ways."""
    values = numbers.readings(text)
    if values and _CODE.match(text):
        return None
    if values:
        return f"{min(values):f}" if len(values) == 1 else None
    day = dates.meaning(text)
    return day.isoformat() if day else None

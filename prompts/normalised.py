"""What a short answer means, where that is one thing only: a date as ISO 8601, a number as a plain decimal.

    normalised("31.12.2023")    # "2023-12-31"
    normalised("RM 1,234.50")   # "1234.50"
    normalised("1.234")         # None: a thousand in Berlin, hardly more than one in London

The printed words stay the answer; this stands beside them for programs.
"""

from __future__ import annotations

import re

from prompts import dates, numbers

_MAY_BE_ELSE = re.compile(r"[(（]\d+[)）]|\+\d[\d ]{7,}")  # the number of a note, an area code, a telephone number


def normalised(text: str) -> str | None:
    """The ISO date or the decimal that `text` stands for.

    None if it is neither, can be read in two ways, or may be the number of something, such as 007 or (1).
    """
    values = numbers.readings(text)
    if values:
        is_sure = len(values) == 1 and not numbers.CODE.match(text) and not _MAY_BE_ELSE.fullmatch(text.strip())
        return f"{min(values):f}" if is_sure else None
    day = dates.meaning(text)
    return day.isoformat() if day else None

"""What a short answer means, where that is one thing only: a date as ISO 8601, a number as a plain decimal.

    normalised("31.12.2023")    # "2023-12-31"
    normalised("RM 1,234.50")   # "1234.50"
    normalised("1.234")         # None: a thousand in Berlin, hardly more than one in London

The printed words stay the answer; this stands beside them for programs.
"""

from __future__ import annotations

from prompts import dates, numbers


def normalised(text: str) -> str | None:
    """The ISO date or the decimal that `text` stands for.

    None if it is neither, can be read in two ways, or is the number of something, such as 007.
    """
    values = numbers.readings(text)
    if values:
        return f"{min(values):f}" if len(values) == 1 and not numbers.CODE.match(text) else None
    day = dates.meaning(text)
    return day.isoformat() if day else None

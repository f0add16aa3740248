"""How one asks about a table: {r} row, {c} column, {v} value, {w} where the table stands (may be empty).

The order matters: `share` gives each fourth wording to the test split.
"""

from __future__ import annotations

from train.factory.wordlists import read

_WORDS = read("table_questions")


def _list(name: str) -> tuple[str, ...]:
    return tuple(_WORDS[name])


EXACT: str = _WORDS["exact"]
LOOKUP = _list("lookup")
LOOKUP_IN: dict[str, list[str]] = _WORDS["lookup_in"]
REVERSE = _list("reverse")
SUPERLATIVES: dict[bool, list[str]] = {False: _WORDS["superlatives"]["high"], True: _WORDS["superlatives"]["low"]}
EXTREME_ROW = _list("extreme_row")
EXTREME_COLUMN = _list("extreme_column")
DIFFERENCE_ROWS = _list("difference_rows")
DIFFERENCE_COLUMNS = _list("difference_columns")
SUM = _list("sum")
MEAN = _list("mean")
ROUNDED = {1: " Round to one decimal.", 2: " Round to two decimals."}
RATIO = _list("ratio")
COUNT = _list("count")
ABOVE = _list("above")
BELOW = _list("below")
TITLE = _list("title")
NUMBERED = _list("numbered")

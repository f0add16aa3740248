"""Numbers with what they count: `12 pcs`, `2.5 h`, `3 Stk.`, `2台`.

Scales are no units: `5 k` is not 5, and `5 m` may be millions.
"""

from __future__ import annotations

import re
from decimal import Decimal

from prompts.numbers import readings

_UNITS = (
    "kg g mg km cm mm m2 m3 m² m³ qm lfm l ml kw kwh mwh h hr hrs hour hours min std stunde stunden day days tag tage "
    "month months pc pcs pce pz pza u ud uds unit units ea each stk stck stück x box boxes pack packs "
    "pair pairs set sets"
)
_COUNTERS = "个個件台张張箱支本套份把瓶盒包袋只双条根块次位人名辆吨米克天月年枚冊"
_UNIT = re.compile(rf"(?<=\d)\s*(?:(?:{_UNITS.replace(' ', '|')})\.?|小时|時間|[{_COUNTERS}])$", re.IGNORECASE)


def quantities(text: str) -> frozenset[Decimal]:
    """Every value that `text` can stand for, if it is one number with at most a unit behind it (`readings`)."""
    return readings(text) or readings(_UNIT.sub("", text.strip()))

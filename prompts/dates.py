"""Calendar dates in the forms that documents print, in English, German, French, Spanish, Dutch, Chinese and Japanese.

`03/04/2018` is a day in March or in April: `readings` gives every date that the text can mean. Years of two digits are
1969 to 2068, as POSIX has it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from preprocess.notes import without_notes
from prompts.numbers import HAN, arabic

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero januari jan janv ene",
            "february februar fevrier febrero februari feb fevr fev",
            "march marz maerz mars marzo maart mar mrz mrt",
            "april avril abril apr avr abr",
            "may mai mayo mei",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august aout agosto augustus aug ago",
            "september septembre septiembre sept sep",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember decembre diciembre dec dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er)?(?!\d)"
_YEAR = r"(\d{4}|\d{2})(?![\d:])"
_SEP = r"\s*[-/., ]?\s*(?:de\s+|of\s+)?"
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?!\d|[-/.]\d)")
_POINTS = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
# The year before their first.
_ERAS = {"民国": 1911, "民國": 1911, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_CHINESE = re.compile(
    rf"(?:({'|'.join(_ERAS)})\s*(\d{{1,3}}|元|[{HAN}]{{1,3}})"
    rf"|(?<![a-z\d])(\d{{4}})|(?<![{HAN}百])([{HAN}]{{4}})|(?<!\w)(\d\d))"
    rf"\s*年\s*(\d{{1,2}}|[{HAN}]{{1,3}})\s*月\s*(\d{{1,2}}|[{HAN}]{{1,3}})\s*[日号號]"
)
# RE-20240315-001 is the number of something, 20240315T101500 a time.
_COMPACT = re.compile(r"(?<![a-z\d_/-])(\d{4})(\d{2})(\d{2})(?![a-su-z\d_/-])")
_DAY_MONTH = re.compile(rf"(?<!\d){_DAY}{_SEP}{_MONTH}{_SEP}'?{_YEAR}")
_MONTH_DAY = re.compile(rf"(?<![a-z]){_MONTH}{_SEP}{_DAY}{_SEP}'?{_YEAR}")
_YEAR_MONTH = re.compile(rf"(?<!\d)(\d{{4}}){_SEP}{_MONTH}{_SEP}{_DAY}")


def readings(text: str) -> frozenset[dt.date]:
    """The dates that `text` can mean. Empty if it holds no date, or several that differ."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", without_notes(text).lower()) if not unicodedata.combining(c)
    )
    plain = unicodedata.normalize("NFKC", plain)
    found = [dates for dates in _found(plain) if dates]
    common = found[0] if found else frozenset()
    for other in found[1:]:
        common &= other
    return common


def meaning(text: str) -> dt.date | None:
    """The one date that `text` means; None if it is none, or may be another one.

    With points and a whole year the day comes first (12.03.2024): no locale of CLDR has the month there.
    """
    days = readings(text)
    if len(days) > 1 and (match := _POINTS.search(text)):
        day, month, year = match.groups()
        return next(iter(days & _dates((year, month, day))), None)
    return min(days) if len(days) == 1 else None


def printed(folded: str) -> Iterator[tuple[int, int, dt.date]]:
    """(start, end, date) of what means one date alone in a text that is folded: NFKC, lower case."""
    plain = "".join(unicodedata.normalize("NFKD", char)[0] for char in folded)  # as long as `folded`
    for pattern in (_NUMERIC, _CHINESE, _COMPACT, _DAY_MONTH, _MONTH_DAY, _YEAR_MONTH):
        for match in pattern.finditer(plain):
            if (day := meaning(match.group())) is not None:
                yield match.start(), match.end(), day


def _found(plain: str) -> Iterator[frozenset[dt.date]]:
    """The readings of every date in the text."""
    for match in _NUMERIC.finditer(plain):
        first, second, third = match.group(1), match.group(3), match.group(4)
        if len(first) == 4:
            yield _dates((first, second, third))
        elif len(first) <= 2 and len(third) != 1:
            # 05.03.18: day first, month first, or (18-03-05) the year first
            orders = [(third, second, first), (third, first, second)]
            yield _dates(*orders, *([(first, second, third)] if len(third) == 2 == len(first) else []))
    for match in _CHINESE.finditer(plain):
        era, of_era, *others, month, day = match.groups()
        first = arabic(of_era.replace("元", "一")) if era else ""
        year = str(_ERAS[era] + int(first)) if era else arabic(next(filter(None, others)))
        yield _dates((year, arabic(month), arabic(day)))
    for match in _COMPACT.finditer(plain):
        yield _dates((match.group(1), match.group(2), match.group(3)))
    for match in _DAY_MONTH.finditer(plain):
        yield _dates((match.group(3), str(_MONTHS[match.group(2)]), match.group(1)))
    for match in _MONTH_DAY.finditer(plain):
        yield _dates((match.group(3), str(_MONTHS[match.group(1)]), match.group(2)))
    for match in _YEAR_MONTH.finditer(plain):
        yield _dates((match.group(1), str(_MONTHS[match.group(2)]), match.group(3)))


def _dates(*orders: tuple[str, str, str]) -> frozenset[dt.date]:
    """The orders (year, month, day) that are dates of the calendar."""
    dates: set[dt.date] = set()
    for year, month, day in orders:
        number = int(year)
        if len(year) == 2:
            number += 2000 if number < 69 else 1900
        try:
            dates.add(dt.date(number, int(month), int(day)))
        except ValueError:
            continue
    return frozenset(dates)

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
from prompts.folding import fold
from prompts.numbers import HAN, arabic

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janner jaenner janvier enero januari jan janv ene",
            "february februar feber febr fevrier febrero februari feb fevr fev",
            "march marz maerz mars marzo maart mar mrz mrt",
            "april avril abril apr avr abr",
            "may mai mayo mei",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august aout agosto augustus aug ago",
            "september septembre septiembre setiembre sept sep",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember decembre diciembre dec dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>{_NAMES})(?![a-z])\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o)?(?!\d)"
_SEP = r"\s*(?:[-/.,]\s*)?(?:(?:de|of)\s+)?"
# A row of a statement may go on with its amount, an appointment with its time: 1234.50, 2030 Uhr.
_CENTURY = r"(?:1[6-9]|2[01])\d\d"
_WHOLE_YEAR = rf"(?P<year>{_CENTURY})(?![\d:%]|[.,]\d+(?![\d:])|\s*(?:h|hrs|hours|uhr)(?![a-z]))"
_YEAR = rf"(?:{_SEP}'?{_WHOLE_YEAR}|{_SEP}['’‘](?P<short>\d\d)(?!\d))"
# Two digits are a year behind an apostrophe or behind the separator that parts day and month, never where they may be
# an hour, a count or a price: March 5, 10 am; Mar 15, 30 days net; MAR 05 99.50; Sep 10-12 2024.
_SHORT_YEAR = rf"(?P<short>\d\d)(?![\da-z%:]|[.,]\d|\s*%|\s+(?:{_CENTURY}(?![\d.,])|(?:{_NAMES})(?![a-z])))"
_ENDS = r"(?=\s*$|\s*\n|\s\s|\))"
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?!\d|[-/.]\d)")
_POINTS = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
# The year before their first.
_ERAS = {"民国": 1911, "民國": 1911, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}  # H31.4.30
_ERA_BEFORE = re.compile(rf"(?:{'|'.join(_ERAS)}|(?<![a-z\d])[{''.join(_LETTERS)}])$")
_CHINESE = re.compile(
    rf"(?:({'|'.join(_ERAS)})\s*(\d{{1,3}}|元|[{HAN}]{{1,3}})"
    rf"|(?<![a-z\d])(\d{{4}})|(?<![{HAN}百])([{HAN}]{{4}})|(?<!\w)(\d\d))"
    rf"\s*年\s*(\d{{1,2}}|[{HAN}]{{1,3}})\s*月\s*(\d{{1,2}}|[{HAN}]{{1,3}})\s*[日号號]"
)
# RE-20240315-001 is the number of something, 20240315T101500 a time.
_COMPACT = re.compile(r"(?<![a-z\d_/-])(\d{4})(\d{2})(\d{2})(?![a-su-z\d_/-])")
_WORDED = (
    re.compile(rf"(?<!\d){_DAY}{_SEP}{_MONTH}{_YEAR}"),
    re.compile(rf"(?<![a-z]){_MONTH}{_SEP}{_DAY}{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<year>{_CENTURY}){_SEP}{_MONTH}{_SEP}{_DAY}(?!:|[.,]\d\d(?!\d))"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?P<by>\s?[-/.]\s?|){_MONTH}(?P=by){_SHORT_YEAR}"),
    re.compile(rf"(?<![a-z]){_MONTH}(?P<by>\s?[-/.]\s?)(?P<day>\d{{1,2}})(?P=by){_SHORT_YEAR}"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\.? {_MONTH} (?P<short>\d\d){_ENDS}"),
)
# What joins the ends of a period, and a day of one that is no whole date: `1-5 March 2024`, `12/01 - 12/31/2024`.
_WORDS = "bis to until till through thru and und et au al a y e en tot hasta t/m".replace(" ", "|")
_JOIN = rf"\s*(?:[-–—~〜/&+至到]|から|(?<![a-z])(?:{_WORDS})(?![a-z]))\s*"
_WEEKDAYS = "mon tue wed thu fri sat sun mo di mi do fr sa so lu ma je ve lun mar mer jeu ven sam dim".replace(" ", "|")
_MAY_STAND_BETWEEN = rf"(?:(?:zum|dem|den|the|le|el|il)\s+)?(?:(?:{_WEEKDAYS})[a-z]*\.?,?\s+)?"
_ORDER = r"(?:st|nd|rd|th|er|e|o)?"
_OF_MONTH = rf"\s*(?:de\s+|of\s+)?(?:{_NAMES})(?![a-z])\.?"
_NO_YEAR = rf"(?!,?\s*(?:{_CENTURY}|'\d\d))"
_BEFORE = re.compile(
    rf"(?:(?<![\d.,:/-])\d{{1,2}}{_ORDER}\.?(?:{_OF_MONTH})?|(?:{_NAMES})\.?\s*\d{{1,2}}{_ORDER},?"
    rf"|(?<!\d)\d{{1,4}}\.?[./-]\s?\d{{1,2}}(?:[./-]\s?(?:\d{{4}}|\d\d)?)?|[日号號](?:\(.{{1,3}}\))?)"
    rf"{_JOIN}{_MAY_STAND_BETWEEN}$"
)
_AFTER = re.compile(
    rf"(?:\(.{{1,3}}\))?{_JOIN}{_MAY_STAND_BETWEEN}"
    rf"(?:(?:{_NAMES})\.?\s*\d{{1,2}}(?!\d){_ORDER}{_NO_YEAR}|\d{{1,2}}(?!\d){_ORDER}"
    rf"(?:\s*[日号號月]|{_OF_MONTH}{_NO_YEAR}|\.\s?(?:0?[1-9]|1[0-2])(?!\d)|[/-]\d{{1,2}}(?!\d)|\.?\s*(?:$|[,;)\n])))"
)
_REACH = 40  # characters


def readings(text: str) -> frozenset[dt.date]:
    """The dates that `text` can mean. Empty if it holds no date, or several that differ, or a period."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", without_notes(text).lower()) if not unicodedata.combining(c)
    )
    plain = unicodedata.normalize("NFKC", plain)
    found = [(start, end, days) for start, end, days in _found(plain) if days]
    if not found or any(_is_of_period(plain, start, end) for start, end, _ in found):
        return frozenset()
    return frozenset.intersection(*(days for _, _, days in found))


def meaning(text: str) -> dt.date | None:
    """The one date that `text` means; None if it is none, or may be another one.

    With points and a whole year the day comes first (12.03.2024): no locale of CLDR has the month there.
    """
    return _meant(text, readings(text))


def alone(text: str) -> dt.date | None:
    """The one date that `text` means, if it says nothing else."""
    wanted = text.strip(" .,")
    whole = any((start, end) == (0, len(wanted)) for start, end, _ in printed(fold(wanted)))
    return meaning(text) if whole else None


def printed(folded: str) -> Iterator[tuple[int, int, dt.date]]:
    """(start, end, date) of what means one date alone in a folded text. The last day of a period is printed, too."""
    plain = "".join(unicodedata.normalize("NFKD", char)[0] for char in folded)  # as long as `folded`
    for start, end, days in _found(plain):
        if (day := _meant(plain[start:end], days)) is not None:
            yield start, end, day


def _meant(text: str, days: frozenset[dt.date]) -> dt.date | None:
    if len(days) > 1 and (match := _POINTS.search(text)):
        day, month, year = match.groups()
        return next(iter(days & of_calendar((year, month, day))), None)
    return min(days) if len(days) == 1 else None


def _is_of_period(plain: str, start: int, end: int) -> bool:
    """Whether a day without a year is joined to a date: both are then ends of a period."""
    before, after = plain[max(start - _REACH, 0) : start], plain[end : end + _REACH]
    return _BEFORE.search(before) is not None or _AFTER.match(after) is not None


def _found(plain: str) -> Iterator[tuple[int, int, frozenset[dt.date]]]:
    """(start, end, readings) of every date in the text."""
    for match in _NUMERIC.finditer(plain):
        first, second, third = match.group(1), match.group(3), match.group(4)
        said_era = _ERA_BEFORE.search(plain[max(match.start() - 2, 0) : match.start()])
        if said_era and len(first) < 4 and len(third) <= 2:
            era = said_era.group()
            if era in _ERAS or len(first) == len(third) == 2:  # else R4.2.1 may be a section, or a version
                year = str((_ERAS | _LETTERS)[era] + int(first))
                yield match.start() - len(era), match.end(), of_calendar((year, second, third))
        elif len(first) == 4:
            yield *match.span(), of_calendar((first, second, third))
        elif len(first) <= 2 and len(third) != 1:
            # 05.03.18: day first, month first, or (18-03-05) the year first
            orders = [(third, second, first), (third, first, second)]
            may_lead = len(third) == 2 == len(first)
            yield *match.span(), of_calendar(*orders, *([(first, second, third)] if may_lead else []))
    for match in _CHINESE.finditer(plain):
        era, of_era, *others, month, day = match.groups()
        first = arabic(of_era.replace("元", "一")) if era else ""
        year = str(_ERAS[era] + int(first)) if era else arabic(next(filter(None, others)))
        yield *match.span(), of_calendar((year, arabic(month), arabic(day)))
    for match in _COMPACT.finditer(plain):
        yield *match.span(), of_calendar((match.group(1), match.group(2), match.group(3)))
    for pattern in _WORDED:
        for match in pattern.finditer(plain):
            said = match.groupdict()
            year = said.get("year") or said["short"]
            yield *match.span(), of_calendar((year, str(_MONTHS[said["month"]]), said["day"]))


def of_calendar(*orders: tuple[str, str, str]) -> frozenset[dt.date]:
    """The orders (year, month, day) that are dates of the calendar, years of two digits as POSIX has them."""
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

"""Amounts and dates as documents print them, in the ways of several countries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from train.factory import wordlists

_WORDS = wordlists.read("dates")
MONTHS: dict[str, list[str]] = _WORDS["months"]
_SHORT: dict[str, list[str]] = _WORDS["short"]
_WEEKDAYS: dict[str, list[str]] = _WORDS["weekdays"]


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a number is written: separators, a currency before or after it, and how a negative one is marked."""

    thousands: str = ","
    point: str = "."
    before: str = ""
    after: str = ""
    negative: str = "-{}"

    def write(self, value: Decimal) -> str:
        """`-1234.5` -> `-$1,234.5`, with as many decimals as the value has."""
        whole, _, fraction = f"{abs(value):f}".partition(".")
        groups = f"{int(whole):,}".replace(",", self.thousands)
        digits = groups + (self.point + fraction if fraction else "")
        text = f"{self.before}{digits}{self.after}"
        return self.negative.format(text) if value < 0 else text

    def bare(self, value: Decimal) -> str:
        """The same without currency."""
        return NumberStyle(self.thousands, self.point, negative=self.negative).write(value)


# Those that differ only in how they mark what is negative make the usual separators as frequent as they are.
NUMBER_STYLES = {
    "en": [
        NumberStyle(),
        NumberStyle(thousands=""),
        NumberStyle(thousands=" "),
        NumberStyle(negative="({})"),
        NumberStyle(negative="{}-"),
        NumberStyle(negative="- {}"),
        NumberStyle(thousands="", negative="({})"),
        NumberStyle(thousands="", negative="{}-"),
        NumberStyle(thousands="'"),
    ],
    "de": [
        NumberStyle(".", ","),
        NumberStyle("", ","),
        NumberStyle("'", "."),
        NumberStyle(".", ",", negative="{}-"),
        NumberStyle(".", ",", negative="- {}"),
        NumberStyle("", ",", negative="{}-"),
        NumberStyle(".", ",", negative="({})"),
        NumberStyle(" ", ","),
    ],
    "fr": [
        NumberStyle(" ", ","),
        NumberStyle("", ","),
        NumberStyle(" ", ",", negative="- {}"),
        NumberStyle(" ", ",", negative="({})"),
        NumberStyle(".", ","),
        NumberStyle("", ",", negative="- {}"),
    ],
    "es": [
        NumberStyle(".", ","),
        NumberStyle("", ","),
        NumberStyle(".", ",", negative="({})"),
        NumberStyle(".", ",", negative="{}-"),
        NumberStyle(" ", ","),
        NumberStyle(",", "."),
    ],
    "zh": [NumberStyle(), NumberStyle(thousands="")],
}


def money(rng: Random, low: float, high: float, places: int = 2) -> Decimal:
    """An amount, small ones more often than large ones."""
    value = low * (high / low) ** rng.random()
    return Decimal(str(round(value, places))).quantize(Decimal(1).scaleb(-places))


def any_date(rng: Random, first: int = 2008, last: int = 2026) -> date:
    return date(first, 1, 1) + timedelta(days=rng.randrange(365 * (last - first)))


DateStyle = Callable[[date], str]


def _named(day: date, language: str, short: bool = False) -> str:
    name = MONTHS[language][day.month - 1]
    return name[:3] if short else name


def _short(day: date, language: str) -> str:
    return _SHORT[language][day.month - 1]


def _weekday(day: date, language: str) -> str:
    return _WEEKDAYS[language][day.weekday()]


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


# Each is read as its day by `prompts.dates.readings`; `business.is_clear` says which could be another day as well.
DATE_STYLES: dict[str, list[DateStyle]] = {
    "en": [
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d:%m/%d/%Y}",
        lambda d: f"{d.day}/{d.month}/{d.year}",
        lambda d: f"{d:%d} {_named(d, 'en', True)} {d.year}",
        lambda d: f"{_named(d, 'en')} {d.day}, {d.year}",
        lambda d: f"{d:%d-%m-%y}",
        lambda d: f"{d:%d}/{_named(d, 'en', True)}/{d.year}",
        lambda d: f"{d:%d}-{_named(d, 'en', True).upper()}-{d.year}",
        lambda d: f"{d.day} {_named(d, 'en')} {d.year}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d} {_named(d, 'en', True).upper()} {d.year}",
        lambda d: f"{d:%Y/%m/%d}",
        lambda d: f"{_named(d, 'en', True)} {d.day}, {d.year}",
        lambda d: f"{d.month}/{d.day}/{d.year}",
        lambda d: f"{d:%d}-{_named(d, 'en', True)}-{d.year}",
        lambda d: f"{d:%d}-{_named(d, 'en', True)}-{d:%y}",
        lambda d: f"{d:%d.%m.%y}",
        lambda d: f"{d:%m/%d/%y}",
        lambda d: f"{d:%d}/{_named(d, 'en', True).upper()}/{d.year}",
        lambda d: f"{d:%d}{_named(d, 'en', True).upper()}{d.year}",
        lambda d: f"{_weekday(d, 'en')} {d:%d} {_named(d, 'en', True)} {d.year}",
        lambda d: f"{d.day}/{d.month}/{d:%y}",
        lambda d: f"{d:%m-%d-%Y}",
        lambda d: f"{d.day} {_short(d, 'en')} {d.year}",
        lambda d: f"{_ordinal(d.day)} {_named(d, 'en')} {d.year}",
        lambda d: f"{d:%Y%m%d}",
        lambda d: f"{_short(d, 'en')} {d.day}, {d.year}",
        lambda d: f"{d:%d} {_named(d, 'en', True)} {d:%y}",
        lambda d: f"{_weekday(d, 'en')}, {d.day} {_named(d, 'en', True)} {d.year}",
        lambda d: f"{d.day}-{d.month}-{d.year}",
        lambda d: f"{d:%Y.%m.%d}",
        lambda d: f"{_named(d, 'en').upper()} {d.day}, {d.year}",
        lambda d: f"{_named(d, 'en')} {_ordinal(d.day)}, {d.year}",
        lambda d: f"{d:%d}-{_named(d, 'en', True).upper()}-{d:%y}",
        lambda d: f"{d.day}.{d.month}.{d.year}",
        lambda d: f"{d:%d} / {d:%m} / {d.year}",
        lambda d: f"{d:%d}{_named(d, 'en', True).upper()}{d:%y}",
        lambda d: f"{d.year}-{_named(d, 'en', True)}-{d:%d}",
        lambda d: f"{_named(d, 'en', True)}-{d:%d-%Y}",
        lambda d: f"{_weekday(d, 'en')} {_named(d, 'en', True)} {d.day} {d.year}",
        lambda d: f"{d.day} {_named(d, 'en')}, {d.year}",
        lambda d: f"{d.day} {_named(d, 'en', True)} '{d:%y}",
        lambda d: f"{d:%d} {_named(d, 'en').upper()} {d.year}",
        lambda d: f"{_named(d, 'en', True)} {d:%d} {d.year}",
        lambda d: f"{_ordinal(d.day)} of {_named(d, 'en')} {d.year}",
    ],
    "de": [
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d.day}. {_named(d, 'de')} {d.year}",
        lambda d: f"{d:%d.%m.%y}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d.day}.{d.month}.{d.year}",
        lambda d: f"{d:%d}. {_named(d, 'de')} {d.year}",
        lambda d: f"{d.day}. {_short(d, 'de')} {d.year}",
        lambda d: f"{_weekday(d, 'de')}, {d:%d.%m.%Y}",
        lambda d: f"{d:%d. %m. %Y}",
        lambda d: f"{d.day} {_named(d, 'de')} {d.year}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: f"{_weekday(d, 'de')}. {d:%d.%m.%Y}",
        lambda d: f"{d.day}.{d.month}.{d:%y}",
        lambda d: f"{d:%d.}{_short(d, 'de').rstrip('.')}.{d.year}",
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d:%d} {_short(d, 'de').rstrip('.')} {d.year}",
        lambda d: f"{d:%d.} {_named(d, 'de').upper()} {d.year}",
    ],
    "fr": [
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d.day} {_named(d, 'fr')} {d.year}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: f"{d.day} {_short(d, 'fr')} {d.year}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{'1er' if d.day == 1 else d.day} {_named(d, 'fr')} {d.year}",
        lambda d: f"{d:%d} {_named(d, 'fr').upper()} {d.year}",
        lambda d: f"{_weekday(d, 'fr')} {d.day} {_named(d, 'fr')} {d.year}",
        lambda d: f"{d.day}/{d.month}/{d.year}",
        lambda d: f"{d:%d.%m.%y}",
    ],
    "es": [
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d.day} de {_named(d, 'es')} de {d.year}",
        lambda d: f"{d:%d-%m-%Y}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d.day}/{d.month}/{d.year}",
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d.day} {_named(d, 'es')} {d.year}",
        lambda d: f"{d.day} DE {_named(d, 'es').upper()} DE {d.year}",
        lambda d: f"{d:%d}-{_short(d, 'es').rstrip('.')}-{d.year}",
        lambda d: f"{d:%d-%m-%y}",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d:%d} {_named(d, 'es').upper()} {d.year}",
        lambda d: f"{_weekday(d, 'es')} {d:%d/%m/%Y}",
        lambda d: f"{d:%d} {_short(d, 'es')} {d.year}",
        lambda d: f"{d:%d}/{_short(d, 'es').rstrip('.').upper()}/{d.year}",
    ],
    "zh": [
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        lambda d: f"{d:%Y-%m-%d}",
        lambda d: f"{d:%Y年%m月%d日}",
        lambda d: f"{d:%Y/%m/%d}",
        lambda d: f"{d:%Y.%m.%d}",
    ],
}

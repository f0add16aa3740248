"""Amounts and dates as documents print them, in the ways of several countries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a number is written: separators, and a currency before or after it."""

    thousands: str = ","
    point: str = "."
    before: str = ""
    after: str = ""

    def write(self, value: Decimal) -> str:
        """`-1234.5` -> `-$1,234.5`, with as many decimals as the value has."""
        whole, _, fraction = f"{abs(value):f}".partition(".")
        groups = f"{int(whole):,}".replace(",", self.thousands)
        digits = groups + (self.point + fraction if fraction else "")
        return f"{'-' if value < 0 else ''}{self.before}{digits}{self.after}"

    def bare(self, value: Decimal) -> str:
        """The same without currency."""
        return NumberStyle(self.thousands, self.point).write(value)


NUMBER_STYLES = {
    "en": [NumberStyle(), NumberStyle(thousands=""), NumberStyle(thousands=" ")],
    "de": [NumberStyle(".", ","), NumberStyle("", ","), NumberStyle("'", ".")],
    "fr": [NumberStyle(" ", ","), NumberStyle("", ",")],
    "es": [NumberStyle(".", ","), NumberStyle("", ",")],
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
    ],
    "de": [
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d.day}. {_named(d, 'de')} {d.year}",
        lambda d: f"{d:%d.%m.%y}",
        lambda d: f"{d:%Y-%m-%d}",
    ],
    "fr": [
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d.day} {_named(d, 'fr')} {d.year}",
        lambda d: f"{d:%d.%m.%Y}",
    ],
    "es": [
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d.day} de {_named(d, 'es')} de {d.year}",
        lambda d: f"{d:%d-%m-%Y}",
    ],
    "zh": [lambda d: f"{d.year}年{d.month}月{d.day}日", lambda d: f"{d:%Y-%m-%d}"],
}

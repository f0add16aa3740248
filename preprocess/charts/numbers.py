"""Numbers as charts print them: `1 200`, `3,4 %`, `$1.2bn`. What is not wholly a number is none: not `1O0`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from math import log10
from typing import Literal, NamedTuple

from preprocess.notes import without_notes

Point = Literal[".", ","]

SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12}
SCALES |= {"万": 1e4, "億": 1e8, "亿": 1e8}
CHINESE_UNIT = r"[万億亿]?[元円人台个件吨辆户家次]|[万億亿]"
MARKS = "*†‡"  # of footnotes

_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "\u00a0": " ", "\u202f": " "})
_CURRENCY = r"(?:US\$|[A-Z]{0,3}[$€£¥₹]|USD|EUR|GBP|CHF|Rs\.?)"
_UNIT = rf"(?:%|‰|°\s?[CF]?|{_CURRENCY}|[kKMBT]|[mbt]n|Mio\.?|m|b|pp|kg|km|GW|MW|TWh|GWh|{CHINESE_UNIT})"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)\s?(?P<before>{_CURRENCY}?)\s?(?P<inner>-?)(?P<digits>[.,]?\d[\d.,' ]*)(?P<trailing>-?)\s?"
    rf"(?P<after>{_UNIT}?(?:\s?{_CURRENCY})?)(?P<last>-?)[{MARKS}]{{0,3}}"
)


class Figure(NamedTuple):
    """A number as printed: its value, what stands before and after its digits, and how many decimals it has."""

    number: float
    before: str
    after: str
    places: int

    @property
    def unit(self) -> str:
        return f"{self.before}{self.after}"

    @property
    def scale(self) -> float:
        """What K, M and the like behind it multiply it by."""
        return SCALES.get(self.after.lower(), 1.0)

    @property
    def in_full(self) -> Figure:
        """The same number with its K or M multiplied out."""
        if self.scale == 1:
            return self
        return Figure(self.number * self.scale, self.before, "", self.places - round(log10(self.scale)))


def figure(text: str, point: Point = ".") -> Figure | None:
    """What `text` says if it is one number and nothing else; `point` parts its decimals."""
    plain = unicodedata.normalize("NFKC", without_notes(text)).translate(_DASHES).strip()
    bracketed = plain.startswith("(") and plain.endswith(")")
    match = _NUMBER.fullmatch(plain[1:-1] if bracketed else plain)
    signs = [match[name] for name in ("sign", "inner", "trailing", "last") if match[name]] if match else []
    if match is None or len(signs) + bracketed > 1:
        return None
    digits = _unsigned(match["digits"].strip(), point)
    if digits is None:
        return None
    negative = bracketed or signs == ["-"]
    places = len(digits.partition(".")[2])
    return Figure(-float(digits) if negative else float(digits), match["before"], match["after"].strip(), places)


def scales_of(figures: Iterable[Figure | None]) -> set[float]:
    """What numbers are counted in: in K, in M, or in ones. A single one without a letter may have lost it, and 0 needs
    none."""
    scales = [figure.scale for figure in figures if figure is not None and figure.number]
    return {scale for scale in scales if scale > 1 or scales.count(scale) > 1}


def point_of(texts: Sequence[str]) -> Point:
    """The sign that parts decimals in a chart that prints `texts`: what is plain in some tells it for all."""
    votes = {".": 0, ",": 0}
    for text in texts:
        for sign, other in ((".", ","), (",", ".")):
            quoted = re.escape(sign)
            decimals = re.search(rf"\d{quoted}(?:\d{{1,2}}|\d{{4,}})(?!\d)(?!{quoted})", text) or re.match(
                rf"\D*0{quoted}\d", text
            )
            thousands = re.search(rf"\d{re.escape(other)}\d{{3}}(?:{re.escape(other)}|{quoted})\d", text)
            votes[sign] += bool(decimals) + bool(thousands)
    if votes["."] == votes[","] and _counts_thousands(texts):
        return ","
    return "," if votes[","] > votes["."] else "."


def _counts_thousands(texts: Sequence[str]) -> bool:
    """Whether `2.000` beside `0` or `500` must be two thousand: with decimals, the others would have them too."""
    whole = [text for text in texts if re.fullmatch(r"\D{0,3}\d{1,3}\D{0,3}", text)]
    grouped = [text for text in texts if re.search(r"\d\.\d{3}(?!\d)", text)]
    return len(grouped) > 1 and bool(whole)


def _unsigned(digits: str, point: Point) -> str | None:
    """Digits in groups of three, as a text that `float` takes; None where the groups are wrong."""
    thousands = "," if point == "." else "."
    end = rf"(?:{re.escape(point)}(?P<decimals>\d+))?"
    # A space may have been lost, `1200 000`; a comma is not, so what stands around it must be groups.
    for group, first in ((re.escape(thousands), r"\d{1,3}"), ("'", r"\d{1,3}"), (" ", r"\d{1,6}"), ("", r"\d*")):
        more = rf"(?:{group}\d{{3}})+" if group else ""
        match = re.fullmatch(rf"(?P<whole>{first}{more}){end}", digits)
        if match and (match["whole"] or match["decimals"]):
            whole = re.sub(r"\D", "", match["whole"]) or "0"
            return whole + (f".{match['decimals']}" if match["decimals"] else "")
    return None

"""Numbers as documents print them: `1,234.50`, `1.234,50 €`, `(12.00)`, `RM 9`.

A printed number can mean more than one thing (`1.234` is 1234 in Berlin); `readings` gives them all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from preprocess.notes import without_notes

# Digits joined by what stands inside numbers, dates and times; such a run is one number, never part of another.
NUMBER = re.compile(r"\d+(?:[.,'’/:\-]\d+)*")

CODE = re.compile(r"0\d")  # 007 is the number of something, such as a post code: its zeros count

# What stands right against a number without being a part of it.
_CODES = "rm usd eur gbp chf myr sgd inr rs cny rmb jpy aud cad hkd nzd sek nok dkk pln kr krw brl zar"
_MEASURES = "kg g mg km m cm mm l ml gb mb kb tb h min s k mn bn mio pcs pc x w kw kwh v st nd rd th"
CURRENCIES = frozenset(_CODES.split())
UNITS = frozenset(_MEASURES.split())

_SYMBOLS = "$€£¥₹₩₽₺¢%"
_CHINESE_MONEY = re.compile(r"^人民币\s*|\s*[元圆圓円][整正]?$")
_CHINESE_SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8}  # zeros behind the number
HAN = "〇○零一二三四五六七八九十"  # three signs for nothing
_NAMES = {"$": "usd sgd aud cad hkd nzd", "€": "eur", "£": "gbp", "¥": "jpy cny", "₹": "inr", "₩": "krw", "₽": "rub"}
_NAMES |= {code: code for code in CURRENCIES} | {"rm": "myr", "rs": "inr", "rmb": "cny", "kr": "sek nok dkk"}
_NAME = rf"(?:[$€£¥₹₩₽]|(?<![a-z])(?:{_CODES.replace(' ', '|')})(?![a-z]))"
_DOLLARS = re.compile(r"\b[A-Za-z]{1,2}(?=\$)")
_AMOUNT = re.compile(r"(?<![\d.,])[.,]?\d+(?:[.,'’ ]\d+)*[.,]?")
_PRINTED = re.compile(
    r"(?<!\d)(?<!\d[.,'’/:\-])(?:\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)(?!\d)(?![.,'’/:\-]\d)"
)
_GROUPED = re.compile(r"(?<![\d.,'’/:\-])\d{1,3}(?: \d{3})+[.,]\d+(?!\d)")
_SIGN = re.compile(rf"(?:^- |(?<![^\s:=])[-(](?! )){_NAME}? ?$")  # `Total - 9.00` has a dash
_NO_CENTS = re.compile(r"(?<=\d)([.,])\s?-{1,2}$")  # 120.– and 1.250,-- as Swiss and German prices have it
_SIGN_AFTER = re.compile(rf"-(?!\w)| ?{_NAME}? ?\)")
_DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "\u00a0": " ", "\u202f": " "})


def arabic(text: str) -> str:
    """`二〇二四` is 2024, `十五` 15, `二十` 20; digits stay."""
    if text.isdecimal():
        return text
    tens, ten, ones = text.rpartition("十")
    spelled = f"{tens or '一'}{ones or '零'}" if ten else text
    return "".join(str(max(HAN.index(char) - 2, 0)) for char in spelled)


def digits(text: str) -> str:
    """Only the digits."""
    return "".join(character for character in text if character.isdigit())


def readings(text: str, english: bool = False) -> frozenset[Decimal]:
    """Every value that `text` can stand for, if it is one number with at most currency, percent or sign, 万 or 亿.

    `english`: a comma parts thousands and a point decimals wherever that is possible, so there is one value at most.
    """
    plain = unicodedata.normalize("NFKC", without_notes(text)).translate(_DASHES).strip()
    plain = plain.lstrip("~≈ ")  # a measured value
    negative = plain.startswith("(") and plain.endswith(")")
    plain = _CHINESE_MONEY.sub("", plain[1:-1].strip() if negative else plain)
    zeros = _CHINESE_SCALES.get(plain[-1:], 0)
    plain = _DOLLARS.sub(" ", plain[:-1].strip() if zeros else plain)
    for symbol in _SYMBOLS:
        plain = plain.replace(symbol, " ")
    plain = re.sub(r"(?<![A-Za-z])([A-Za-z]{2,3})\.?(?![A-Za-z])", _without_currency, plain).strip()
    plain = _NO_CENTS.sub(r"\1", plain)
    if plain.endswith("-"):
        negative, plain = True, plain[:-1].strip()
    elif plain[:1] in ("-", "+"):
        negative, plain = negative or plain[0] == "-", plain[1:].strip()
    values = _unsigned(plain)[: 1 if english else None]
    return frozenset((-value if negative else value) * 10**zeros for value in values)


def printed(folded: str) -> Iterator[tuple[int, int, frozenset[Decimal]]]:
    """(start, end, readings) of the numbers in a folded text, with the sign or the brackets that belong to them."""
    for match in _PRINTED.finditer(folded):
        start, end = _with_sign(folded, *match.span())
        values = readings(match.group())
        yield start, end, values if (start, end) == match.span() else frozenset(-value for value in values)


def grouped(folded: str) -> Iterator[tuple[int, int]]:
    """(start, end) of amounts whose thousands are parted by spaces: `12 345,67`. Without decimals they may be two."""
    return (match.span() for match in _GROUPED.finditer(folded))


def _with_sign(folded: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of a number together with what makes it negative: `-9`, `(9)`, `9-`."""
    before, after = _SIGN.search(folded, max(start - 8, 0), start), _SIGN_AFTER.match(folded, end)
    if before and "(" in before.group():
        return (before.start(), after.end()) if after and ")" in after.group() else (start, end)
    if before:
        return before.start(), end
    return start, after.end() if after and ")" not in after.group() else end


def currencies(folded: str) -> frozenset[str]:
    """The codes of all currencies that a folded text may name: `$5` may be of six countries."""
    return frozenset(code for name in re.findall(_NAME, folded) for code in _NAMES[name].split())


def currencies_at(folded: str, start: int, end: int) -> frozenset[str]:
    """Those of a number with what stands right before and after it; empty where none is named."""
    before = re.search(rf"{_NAME}[ -]?$", folded[max(start - 5, 0) : start])
    after = re.match(rf" ?{_NAME}", folded[end : end + 5])
    beside = " ".join(match.group() for match in (before, after) if match)
    return currencies(f"{beside} {folded[start:end]}")


def is_negative_at(folded: str, start: int, end: int) -> bool:
    """Whether what stands around an amount makes it negative: `(12.50)`, `1,234-`; digits alone may be a year."""
    is_amount = re.search(r"[.,']\d{2,3}$", folded[start:end]) is not None
    return is_amount and _with_sign(folded, start, end) != (start, end)


def _without_currency(match: re.Match[str]) -> str:
    return " " if match.group(1).lower() in CURRENCIES else match.group()


def _unsigned(plain: str) -> list[Decimal]:
    """Values of digits with separators, the English one first: comma or point may part thousands or decimals."""
    values: list[Decimal] = []
    if not digits(plain) or not plain.isascii():
        return values
    # Indian grouping: 1,23,456.00
    if re.fullmatch(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?", plain):
        return [Decimal(plain.replace(",", ""))]
    for thousands, decimal in ((",", "."), (".", ","), ("'", "."), (" ", "."), (" ", ",")):
        group = re.escape(thousands)
        if re.fullmatch(rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)?(?:{re.escape(decimal)}\d*)?", plain):
            values.append(Decimal(plain.replace(thousands, "").replace(decimal, ".")))
    return values


def only_number(text: str) -> str | None:
    """The one number of a sentence with its sign, currency and brackets; None if there is none or several."""
    plain = unicodedata.normalize("NFKC", without_notes(text)).translate(_DASHES)
    found = list(_AMOUNT.finditer(plain))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    before, after = plain[:start].rstrip(" " + _SYMBOLS), plain[end:]
    number = found[0].group().rstrip(".,") or found[0].group()
    # A hyphen is a sign where it cannot be a dash between words: `INV-2` is not minus two.
    if before.endswith("-") and (len(before) == 1 or before[-2] in " (:=" + _SYMBOLS):
        return f"-{number}"
    if after.startswith("-") and not after[1:2].strip() and found[0].group()[-1].isdigit():
        return f"-{number}"
    if before.endswith("(") and after.lstrip(" " + _SYMBOLS).startswith(")"):
        return f"-{number}"
    return number

"""Numbers as documents print them: `1,234.50`, `1.234,50 €`, `(12.00)`, `RM 9`, `500,00 S`.

A printed number can mean more than one thing (`1.234` is 1234 in Berlin); `readings` gives them all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from preprocess.notes import without_notes
from prompts.money import CURRENCIES as CURRENCIES
from prompts.money import PERCENT, SYMBOLS, currencies, currencies_at, ends_in_dash, parts_thousands, without_currencies
from prompts.signs import TRIANGLES, signed

# Digits joined by what stands inside numbers, dates and times; such a run is one number, never part of another.
NUMBER = re.compile(r"\d+(?:[.,'’/:\-]\d+)*")

CODE = re.compile(r"0\d")  # 007 is the number of something, such as a post code: its zeros count

# What stands right against a number without being a part of it.
_MEASURES = "kg g mg km m cm mm l ml gb mb kb tb h min s k mn bn mio pcs pc x w kw kwh v st nd rd th"
UNITS = frozenset(_MEASURES.split())

_CHINESE_MONEY = re.compile(r"^人民币\s*|\s*[元圆圓円][整正]?$")
_CHINESE_SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8}  # zeros behind the number
HAN = "〇○零一二三四五六七八九十"  # three signs for nothing
_DOLLARS = re.compile(r"\b[A-Za-z]{1,2}(?=\$)")
_AMOUNT = re.compile(r"(?<![\d.,])[.,]?\d+(?:[.,'’ ]\d+)*[.,]?")
_PRINTED = re.compile(
    r"(?<!\d)(?<!\d[.,'’/:\-])(?:\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*)(?!\d)(?![.,'’/:\-]\d)"
)
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?")
# By what parts thousands and what decimals. A group cannot begin with nothing: 0.125 and 0,500 have decimals.
_FORMS = {
    (group, point): re.compile(rf"(?:\d+|[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+)?(?:{re.escape(point)}\d*)?")
    for group, point in ((",", "."), (".", ","), ("'", "."), (" ", "."), (" ", ","))
}
_GROUPED = re.compile(r"(?<![\d.,'’/:\-])(?<!\d )\d{1,3}(?:(?: \d{3})+[.,]\d+|(?: \d{3}){2,})(?![\d/:\-]|[.,]\d| \d)")
_NO_CENTS = re.compile(r"(?<=\d)([.,])\s?-{1,2}$")  # 120.– and 1.250,-- as Swiss and German prices have it
_NOTHING_MORE = re.compile(r"(?<=\d)/[-=]$")  # Rs. 500/-
# Credit or debit, and Haben or Soll, of a statement; the class of tax on a receipt. Scales and units are letters as
# well: `1.25 B` are billions, `1.25 L` litres, and `5.25 Cr` of rupees are crores.
_SIDE = re.compile(r"(?<=[.,]\d\d)\s*(?:cr|dr)\.?$", re.IGNORECASE)
DEBIT = re.compile(r"(?<=[.,]\d\d)\s*dr\.?(?!\w)", re.IGNORECASE)  # whose account it takes from, it does not say
_CLASS = re.compile(r"(?<=,\d\d)\s*[ABCDHSZ*]$|(?<=\.\d\d)\s*[ADNZ*]$")
_YEAR = re.compile(r"(?:1[6-9]|2[01])\d\d")
_CRORES = frozenset(("inr", "pkr", "lkr", "npr"))
_MARKS = SYMBOLS + PERCENT
_DASHES = str.maketrans(dict.fromkeys("−‐‑‒–—―", "-") | {"’": "'", "\u00a0": " ", "\u202f": " "})


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

    A side of a statement (CR) or a class of tax may follow, which changes nothing.
    `english`: a comma parts thousands and a point decimals wherever that is possible, so there is one value at most.
    """
    plain = unicodedata.normalize("NFKC", without_notes(text)).translate(_DASHES).strip()
    plain = plain.lstrip("~≈ ")  # a measured value
    codes = currencies(plain.casefold())
    plain, in_brackets = _unbracketed(plain)
    plain = _CHINESE_MONEY.sub("", plain)
    zeros = _CHINESE_SCALES.get(plain[-1:], 0)
    plain = without_currencies(_DOLLARS.sub(" ", plain[:-1] if zeros else plain)).strip()
    if PERCENT in plain:
        if plain[0] in TRIANGLES:  # where they say that something rose, or fell
            return frozenset()
        plain = plain.replace(PERCENT, " ").strip()
    else:
        plain = _CLASS.sub("", plain if codes & _CRORES else _SIDE.sub("", plain))
    if not in_brackets:
        plain, in_brackets = _unbracketed(plain)
    plain = _NOTHING_MORE.sub("", _NO_CENTS.sub(r"\1", plain))
    if plain.endswith("-") and ends_in_dash(codes, plain[:-1].rstrip()):
        plain = plain[:-1].rstrip()
    plain, has_minus = _without_sign(plain)
    values = _unsigned(plain)
    if len(values) > 1 and parts_thousands(codes, plain):
        values = [max(values)]
    is_negative = in_brackets or has_minus
    return frozenset((-value if is_negative else value) * 10**zeros for value in values[: 1 if english else None])


def _unbracketed(plain: str) -> tuple[str, bool]:
    is_in_brackets = plain.startswith("(") and plain.endswith(")")
    return (plain[1:-1].strip(), True) if is_in_brackets else (plain, False)


def _without_sign(plain: str) -> tuple[str, bool]:
    if plain.endswith("-"):
        return plain[:-1].strip(), True
    if plain and plain[0] in f"-+{TRIANGLES}":
        return plain[1:].strip(), plain[0] != "+"
    return plain, False


def printed(cell: str) -> Iterator[tuple[int, int, frozenset[Decimal]]]:
    """(start, end, readings) of the numbers in a folded cell, with the sign or the brackets that belong to them."""
    for match in _PRINTED.finditer(cell):
        number = signed(cell, *match.span())
        values = frozenset(_unsigned(match.group()))
        if len(values) > 1 and parts_thousands(currencies_at(cell, *match.span()), match.group()):
            values = frozenset((max(values),))
        if number.is_negative:
            values = frozenset() if number.is_in_doubt else frozenset(-value for value in values)
        yield number.start, number.end, values


def grouped(folded: str) -> Iterator[tuple[int, int]]:
    """(start, end) of amounts whose thousands are parted by spaces: `12 345,67`. `12 345` may be two."""
    return (match.span() for match in _GROUPED.finditer(folded))


def is_negative_at(cell: str, start: int, end: int) -> bool:
    """Whether what stands around an amount makes it negative: `(12.50)`, `500-`.

    Whole numbers in brackets may be something else: `(2019)` a year, `(0)30 555` telephone, `Smith (48213)` a customer.
    Where they and their brackets are all of a cell, they are less than zero.
    """
    places = [place for place in range(start, end) if cell[place].isdigit()]
    if not places:
        return False
    first, last = places[0], places[-1] + 1
    number = signed(cell, first, last)
    if not number.is_negative or (start <= number.start and number.end <= end):
        return False
    is_whole = cell[first:last].isdigit() and cell[number.start] not in TRIANGLES
    is_among_words = cell[number.start] == "(" and bool((cell[: number.start] + cell[number.end :]).strip())
    may_be_else = is_among_words or _YEAR.fullmatch(cell, first, last) or CODE.match(cell, first)
    return not (is_whole and may_be_else) or bool(currencies_at(cell, first, last))


def _unsigned(plain: str) -> list[Decimal]:
    """Values of digits with separators, the English one first: comma or point may part thousands or decimals."""
    values: list[Decimal] = []
    if not digits(plain) or not plain.isascii():
        return values
    # Indian grouping: 1,23,456.00
    if _INDIAN.fullmatch(plain):
        return [Decimal(plain.replace(",", ""))]
    for (thousands, decimal), form in _FORMS.items():
        if form.fullmatch(plain):
            values.append(Decimal(plain.replace(thousands, "").replace(decimal, ".")))
    return values


def only_number(text: str) -> str | None:
    """The one number of a sentence with its sign, currency and brackets; None if there is none or several."""
    plain = unicodedata.normalize("NFKC", without_notes(text)).translate(_DASHES)
    found = list(_AMOUNT.finditer(plain))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    before, after = plain[:start].rstrip(" " + _MARKS), plain[end:]
    number = found[0].group().rstrip(".,") or found[0].group()
    # A hyphen is a sign where it cannot be a dash between words: `INV-2` is not minus two.
    if before.endswith("-") and (len(before) == 1 or before[-2] in " (:=" + _MARKS):
        return f"-{number}"
    if after.startswith("-") and not after[1:2].strip() and found[0].group()[-1].isdigit():
        return f"-{number}"
    if before.endswith("(") and after.lstrip(" " + _MARKS).startswith(")"):
        return f"-{number}"
    return number

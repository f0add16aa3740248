"""Currencies as documents name them, and which of those, or a percent sign, belongs to a number.

Texts are folded (`prompts.folding`). A name says which currencies it may be: `$5` may be of many countries, `kr` of
four.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PESOS = frozenset(("twd", "mxn", "clp", "cop", "ars", "uyu"))  # are written with the same sign, at home
_CODES = (
    "aed afn amd aoa ars aud awg azn bbd bdt bgn bif bmd bnd brl bsd btn bwp byn bzd cad cdf chf clp cny crc czk djf "
    "dkk dzd egp etb eur fjd fkp gbp ghs gmd gnf gtq gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs "
    "khr kmf kpw krw kwd kyd kzt lbp lkr lrd lsl lyd mdl mga mkd mmk mnt mru mvr mwk mxn myr mzn ngn nio nok npr nzd "
    "omr pab pgk pkr pln pyg qar rsd rub rwf sar sbd scr sdg sek sgd shp srd ssp stn svc syp szl thb tjs tmt tnd ttd "
    "twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw zwl"
)
_SPELLED = {
    **{"eur": "€ euro euros 欧元 歐元", "gbp": "£ 英镑", "jpy": "¥ 円 圓 yen 日元 日圓", "krw": "₩ 원"},
    **{
        "cny": "¥ rmb 元 圆 圓 人民币 yuan renminbi",
        "inr": "₹ rs rupee rupees",
        "pkr": "rs rupees",
        "lkr": "rs rupees",
    },
    **{"npr": "rs rupees", "mur": "rs rupees", "xof": "francs", "xaf": "francs", "xpf": "francs"},
    **{
        "sek": "kr kronor",
        "nok": "kr kroner",
        "dkk": "kr kroner",
        "isk": "kr",
        "chf": "franken francs",
        "huf": "forint",
    },
    **{"pln": "zł zl złoty zloty złotych", "czk": "kč", "rub": "₽", "try": "₺", "thb": "฿ baht", "vnd": "₫"},
    **{"myr": "rm ringgit", "idr": "rp rupiah", "php": "₱", "ils": "₪", "uah": "₴", "ngn": "₦", "pyg": "₲"},
    **{"kzt": "₸", "crc": "₡", "brl": "r$", "mxn": "mx$", "twd": "nt$ 元 圓"},
    **{"usd": "$ us$ dollar dollars 美元", "sgd": "$ s$ dollars", "aud": "$ a$ au$ dollars", "cad": "$ c$ ca$ dollars"},
    **{"hkd": "$ hk$ dollars 元 港元 港币", "nzd": "$ nz$ dollars"},
}
# These are words or units as well, and name a currency only right beside a number.
_BESIDE = {"try": "try", "php": "php", "ft": "huf", "fr": "chf", "sfr": "chf", "lei": "ron", "dh": "aed mad"}
_BESIDE |= {"dhs": "aed", "tl": "try"}
# A pen may stand before its price, and ACME SDN BHD before what it asks; behind an amount these are currencies.
_BEHIND = "all bam bhd bob cop cup dop ern gel gip lak mad mop mur nad pen ron sle sos top ves"


def _by_name() -> dict[str, frozenset[str]]:
    codes = {code: {code} for code in _CODES.split()}
    for code, names in _SPELLED.items():
        for name in names.split():
            codes.setdefault(name, set()).add(code)
    return {name: frozenset(meant) for name, meant in codes.items()}


_NAMES = _by_name()
_WORDS = {name: frozenset(codes.split()) for name, codes in _BESIDE.items()}
_GOODS = {code: frozenset((code,)) for code in _BEHIND.split()}
CURRENCIES = frozenset(name for name in (*_NAMES, *_WORDS) if name.isalpha())
# Without cents, so three digits behind a comma or a point are thousands.
_CENTLESS = "jpy krw vnd idr clp pyg isk ugx rwf xaf xof xpf bif djf gnf kmf vuv huf"
_WHOLE = frozenset(_CENTLESS.split())
_COMMA_PARTS_THOUSANDS = _WHOLE | {"cny", "twd", "hkd"}
_END_IN_DASH = frozenset(("jpy", "krw"))
_IN_CAPITALS = frozenset(("try", "php", *_GOODS))  # `top 10` is no sum in Tonga

SYMBOLS = "$¢£¤¥֏؋৳฿៛" + "".join(map(chr, range(0x20A0, 0x20C1)))
_SIGNS = frozenset(SYMBOLS)
PERCENT = "%"
LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"(?<!{LETTER})({LETTER}{{1,8}})(?!{LETTER})\.?")
_ONE = re.compile(
    rf"(?<!{LETTER})(?:us|hk|s|au?|ca?|nz|nt|mx|r)\$|[{SYMBOLS}]|(?<=[\d万亿萬億 ])[元圆圓円]|{_WORD.pattern}"
)
_NUMBER = re.compile(r"\d+(?:[.,'’]\d+)*(?: \d{3}(?:[.,]\d+)?(?!\d))*")
_LAST_PERCENT = re.compile(r"\d\s?%\D*$")
_PERCENT_SIGN = re.compile(r"(?<=\d)\s?%|(?<!\d)(?<!\d )%(?=\d)")  # in Turkish it stands before: %19
_PERCENT_HEAD = re.compile(r"(?<!\d)(?<!\d )%(?!\d)|per ?cent|prozent|pour ?cent|por ?cien|procent|百分", re.IGNORECASE)
_REACH = 40  # characters beside a number that may hold its currency and the next number
_BETWEEN = re.compile(r"[ (+\-]{0,3}")
_BEYOND = re.compile(r"[ )\-]{0,3}")


def currencies(folded: str) -> frozenset[str]:
    """The codes of all currencies that a text may name, and `%` where its last number is one of percent."""
    codes = frozenset(code for _, _, codes in _named(folded) for code in codes)
    return codes | {PERCENT} if _LAST_PERCENT.search(folded) else codes


def currencies_at(folded: str, start: int, end: int) -> frozenset[str]:
    """Those of the number in a stretch of a cell, or `%`: what stands right beside it; empty where nothing does.

    What stands between two numbers belongs to the nearer one; in the middle, to the one behind it where the cell begins
    with a name (`EUR 300.00 USD 337.50`), else to the one before it. Said twice (`$300.00 AUD`), it must be both.
    """
    leads = _leads(folded)
    cut = max(start - _REACH, 0)  # or a row of hundreds of numbers takes seconds
    folded, start, end = folded[cut : end + _REACH], start - cut, end - cut
    numbers = [match.span() for match in _NUMBER.finditer(folded)]
    place = next((at for at, (first, last) in enumerate(numbers) if last > start and first < end), None)
    if place is None:
        return frozenset()
    percents = ((*match.span(), frozenset((PERCENT,))) for match in _PERCENT_SIGN.finditer(folded))
    names = [*_named(folded), *percents]
    before = _beside(folded, names, numbers[place][0], _BETWEEN, False)
    after = _beside(folded, names, numbers[place][1], _BEYOND, True)
    if before is not None and place > 0:
        other = _beside(folded, names, numbers[place - 1][1], _BEYOND, True)
        if other is not None and other[1] == before[1] and (other[0], leads) < (before[0], True):
            before = None
    if after is not None and place + 1 < len(numbers):
        other = _beside(folded, names, numbers[place + 1][0], _BETWEEN, False)
        if other is not None and other[1] == after[1] and (other[0], not leads) < (after[0], True):
            after = None
    if before is None or after is None:
        only = before or after
        return only[2] if only else frozenset()
    return common(before[2], after[2]) or (after if after[0] < before[0] else before)[2]


def _leads(folded: str) -> bool:
    """Whether a cell's first number has a name before it."""
    first = _NUMBER.search(folded)
    if first is None:
        return False
    cut = max(first.start() - _REACH, 0)
    head = folded[cut : first.end()]
    return _beside(head, list(_named(head)), first.start() - cut, _BETWEEN, False) is not None


def common(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The codes that both may be; a peso is a `$` at home."""
    if some & others:
        return some & others
    dollars = _NAMES["$"]
    return (others & _PESOS if some == dollars else frozenset()) | (some & _PESOS if others == dollars else frozenset())


def without_currencies(text: str) -> str:
    """A text that is a number, not folded, with spaces for the names of currencies."""
    return _ONE.sub(lambda match: " " if is_currency(match.group(), text) else match.group(), text)


def is_currency(name: str, amount: str = "") -> bool:
    """Whether a word or symbol names a currency, in an amount as it is printed."""
    known = name.rstrip(".").casefold()
    if known in _IN_CAPITALS:
        return name.rstrip(".").isupper()
    if known == "ft":  # feet are not written so
        return name.rstrip(".") == "Ft"
    if known == "fr":  # nor is Friday the 5th an amount
        return re.search(r"\d[.,']\d|\d[.,]\s?-", amount) is not None
    return known in CURRENCIES or known.endswith("$") or known in _SIGNS


def is_name(folded: str) -> bool:
    """Whether a folded word or symbol may name a currency."""
    word = folded.rstrip(".")
    return word in CURRENCIES or word.endswith("$") or word in _SIGNS


def parts_thousands(codes: frozenset[str], number: str) -> bool:
    """Whether three digits behind a separator can only be thousands in all of these currencies."""
    if not codes:
        return False
    return codes <= _WHOLE or (codes <= _COMMA_PARTS_THOUSANDS and "," in number and "." not in number)


def ends_in_dash(codes: frozenset[str], number: str) -> bool:
    """Whether a dash behind a whole amount in these currencies only ends it: `¥3,000-`."""
    return not codes.isdisjoint(_END_IN_DASH) and re.search(r"[.,]\d\d?$", number) is None


def says_percent(text: str) -> bool:
    """Whether a text speaks of percent elsewhere than beside a number, as the head of a column does."""
    return _PERCENT_HEAD.search(text) is not None


def _named(folded: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """(start, end, codes) of every name; a symbol that is not known stands for itself."""
    for match in _ONE.finditer(folded):
        name = match.group().rstrip(".")
        if name in _SIGNS:
            yield *match.span(), _NAMES.get(name, frozenset((name,)))
        elif name in _NAMES:
            yield *match.span(), _NAMES[name]
        elif name in _WORDS or name in _GOODS:
            is_behind = re.search(r"\d ?$", folded[max(match.start() - 2, 0) : match.start()]) is not None
            is_beside = is_behind or re.match(r" ?[-(]?\d", folded[match.end() :]) is not None
            is_behind_amount = is_behind and re.search(r"[.,]\d\d ?$", folded[: match.start()]) is not None
            if name in _WORDS and is_beside:
                yield *match.span(), _WORDS[name]
            elif name in _GOODS and is_behind_amount:
                yield *match.span(), _GOODS[name]


def _beside(
    folded: str, names: list[tuple[int, int, frozenset[str]]], at: int, gap: re.Pattern[str], is_after: bool
) -> tuple[int, int, frozenset[str]] | None:
    """(distance, start, codes) of the name right before or after a place, if there is one."""
    for start, end, codes in names:
        first, last = (at, start) if is_after else (end, at)
        if first <= last and gap.fullmatch(folded[first:last]):
            return last - first, start, codes
    return None

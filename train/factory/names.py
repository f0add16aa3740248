"""Names of people, shops, companies, places and goods: small lists by hand, and syllables for what no list has.

Written for this project. A reader must copy a name letter by letter, so half of all company names are of made-up
words that no language model has seen.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

from train.factory.sample import Split, share

LANGUAGES = ("en", "de", "fr", "es", "zh", "ms")

_WORDS = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
FIRST: dict[str, list[str]] = _WORDS["first"]
LAST: dict[str, list[str]] = _WORDS["last"]
CITIES: dict[str, list[str]] = _WORDS["cities"]
STREETS: dict[str, list[str]] = _WORDS["streets"]
FORMS: dict[str, list[str]] = _WORDS["forms"]  # what a company's name ends in
STATES: list[str] = _WORDS["states"]
GOODS: list[str] = _WORDS["goods"]
ADJECTIVES: list[str] = _WORDS["adjectives"]
UNITS: list[str] = _WORDS["units"]
SHOP_WORDS: list[str] = _WORDS["shop_words"]
TRADES: list[str] = _WORDS["trades"]

_ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s st t tr v w z"
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "y"]
_CODAS = ["", "", "", "n", "r", "l", "s", "x", "m", "nt", "rd", "th"]


def coined(rng: Random, syllables: int = 2) -> str:
    """A word that no language has, easy to say: `Brexon`."""
    parts = (rng.choice(_ONSETS.split()) + rng.choice(_VOWELS) for _ in range(syllables))
    return ("".join(parts) + rng.choice(_CODAS)).capitalize()


def person(rng: Random, language: str, split: Split) -> str:
    first, last = (rng.choice(share(names[language], split)) for names in (FIRST, LAST))
    return last + first if language == "zh" else f"{first} {last}"


def company(rng: Random, language: str, split: Split) -> str:
    """A company or shop: `Brexon Hardware Ltd`, `TAN & LIM TRADING SDN BHD`, `Köhler GmbH`."""
    form = rng.choice(FORMS[language])
    if language == "zh":
        return (
            rng.choice(share(CITIES["zh"], split))
            + "".join(rng.sample("鑫宏达盛华金海天龙兴隆泰安", 2))
            + "贸易"
            + form
        )
    last = LAST[language]
    stem = rng.choice(
        [
            coined(rng, rng.choice((2, 2, 3))),
            f"{coined(rng)} {rng.choice(share(TRADES, split))}",
            rng.choice(share(last, split)),
            f"{rng.choice(share(last, split))} & {rng.choice(share(last, split))}",
            f"{rng.choice(share(SHOP_WORDS, split))} {rng.choice(share(TRADES, split))}",
            "".join(rng.choice("ABCDEFGHIJKLMNOPRSTUVW") for _ in range(3)) + f" {rng.choice(share(TRADES, split))}",
        ]
    )
    return f"{stem} {form}".strip()


@dataclass(frozen=True, slots=True)
class Address:
    """Two to four lines as printed on a letterhead or receipt."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """On one line, as an answer: joined with commas where a line does not end in one."""
        joined = self.lines[0]
        for line in self.lines[1:]:
            joined += (" " if joined.endswith(",") else ", ") + line
        return joined


def address(rng: Random, language: str, split: Split) -> Address:
    city = rng.choice(share(CITIES[language], split))
    number = rng.randrange(1, 250)
    if language == "ms":
        return _malaysian(rng, split, city)
    street = rng.choice(share(STREETS[language], split))
    if language in ("de", "es"):
        return Address((f"{street} {number}", f"{rng.randrange(1000, 99999):05d} {city}"))
    if language == "fr":
        return Address((f"{number} {street}", f"{rng.randrange(1000, 95999):05d} {city}"))
    if language == "zh":
        return Address((f"{city}市{street}{number}号",))
    state = rng.choice(("NY", "CA", "TX", "OH", "WA", "IL", "CO", "GA"))
    tail = rng.choice(
        (
            f"{city}, {state} {rng.randrange(10000, 99999)}",
            f"{city} {coined(rng)[:2].upper()}{rng.randrange(1, 20)} {rng.randrange(1, 9)}AB",
        )
    )
    unit = rng.choice(((), (), (f"Suite {rng.randrange(2, 900)}",), (f"Unit {rng.randrange(1, 40)}",)))
    return Address((*unit, f"{number} {street}", tail))


def _malaysian(rng: Random, split: Split, city: str) -> Address:
    number = rng.choice(
        ("{a}", "NO. {a}", "NO.{a}", "LOT {a}", "NO {a}-{b}", "{a}, {b}&{c}", "LOT P.T. {d}", "G-{a}", "NO.{a}-1")
    ).format(a=rng.randrange(1, 120), b=rng.randrange(1, 60), c=rng.randrange(60, 99), d=rng.randrange(1000, 9000))
    turn = rng.choice(("", "", f" {rng.randrange(1, 20)}", f" {rng.randrange(1, 9)}/{rng.randrange(1, 70)}"))
    road = f"JALAN {rng.choice(share(STREETS['ms'], split))}{turn}"
    kind = rng.choice(("TAMAN", "BANDAR", "KAWASAN PERINDUSTRIAN", "TMN", "DESA", "KAMPUNG"))
    area = f"{kind} {rng.choice(share(STREETS['ms'], split))}"
    tail = f"{rng.randrange(40000, 86000)} {city}"
    state = rng.choice(("", "", *STATES))
    end = "" if state.endswith(".") else rng.choice(("", "", "."))
    forms = (
        (f"{number}, {road},", f"{area},", f"{tail}{', ' + state if state else ''}{end}"),
        (f"{number}, {road}", area, f"{tail}", *((state,) if state else ())),
        (f"{number}, {road}, {area}", f"{tail}{' ' + state if state else ''}{end}"),
        (f"{number} {road},", f"{area}, {tail}{', ' + state if state else ''}{end}"),
        (f"{number}, {road}, {area}, {tail}{end}",),
    )
    lines = rng.choice(share(forms, split, 5))
    return Address(lines if rng.random() < 0.6 else tuple(line.title() for line in lines))


def product(rng: Random, split: Split) -> str:
    """A line of a bill: `FRESH MILK 1L`, `Translation`."""
    words = [rng.choice(share(GOODS, split))]
    if rng.random() < 0.5:
        words.insert(0, rng.choice(share(ADJECTIVES, split)))
    if rng.random() < 0.15:
        words.insert(0, coined(rng))
    if rng.random() < 0.35:
        words.append(rng.choice(UNITS))
    name = " ".join(words)
    return rng.choice((name.upper(), name.title(), name[0].upper() + name[1:]))

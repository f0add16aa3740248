"""What the fields of a form are filled in with: by chance, or out of lists.

Those of general use are in `words/form_values.toml`, those of some forms alone beside these in `words/forms/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from train.factory import names, values, wordlists
from train.factory.documents.business import bank_of, digits, email_of, phone
from train.factory.documents.paper import one_of
from train.factory.sample import Split, share

POOLS: dict[str, dict[str, str]] = wordlists.read("form_values") | {
    kind: wordings for listed in wordlists.read_all("forms") for kind, wordings in listed.get("pools", {}).items()
}


def value_of(rng: Random, split: Split, kind: str, language: str) -> str:
    if kind in POOLS:
        return one_of(rng, POOLS[kind].get(language) or POOLS[kind]["en"], split)
    return MAKERS[kind](rng, split, language)


def has_sentences(kind: str) -> bool:
    """Whether a pool's values are phrases, of which a reader may get a letter wrong."""
    return any(text.count(" ") >= 3 for wordings in POOLS[kind].values() for text in wordings.split("|"))


def _address(rng: Random, split: Split, language: str) -> str:
    return ", ".join(names.address(rng, language, split).lines)


def _school(rng: Random, split: Split, language: str) -> str:
    city = rng.choice(share(names.CITIES[language], split))
    if language == "de":
        return f"{rng.choice(('Grundschule', 'Realschule', 'Gymnasium', 'Gesamtschule'))} {city}"
    return f"{city} {rng.choice(('Primary School', 'High School', 'Grammar School', 'Middle School', 'Academy'))}"


def _number(rng: Random, language: str, low: float, high: float, places: int, unit: str) -> str:
    """`6.5 bar`, and `6,5 bar` in German."""
    text = f"{rng.uniform(low, high):.{places}f}"
    return (text.replace(".", ",") if language == "de" else text) + unit


def _clock(rng: Random, first: int, last: int) -> str:
    return f"{rng.randrange(first, last):02d}:{rng.choice((0, 15, 30, 45)):02d}"


def _thousands(rng: Random, language: str, low: int, high: int) -> str:
    text = f"{rng.randrange(low, high):,}"
    return text.replace(",", rng.choice((".", "", " ")) if language == "de" else rng.choice((",", "", " ")))


Make = Callable[[Random, Split, str], str]
MAKERS: Mapping[str, Make] = {
    "person": lambda rng, split, language: names.person(rng, language, split),
    "first": lambda rng, split, language: rng.choice(share(names.FIRST[language], split)),
    "last": lambda rng, split, language: rng.choice(share(names.LAST[language], split)),
    "company": lambda rng, split, language: names.company(rng, language, split),
    "address": _address,
    "city": lambda rng, split, language: rng.choice(share(names.CITIES[language], split)),
    "street": lambda rng, split, language: names.address(rng, language, split).lines[-2],
    "school": _school,
    "phone": lambda rng, _, language: phone(rng, language),
    "email": lambda rng, split, language: email_of(rng, names.person(rng, language, split)),
    "number": lambda rng, *_: digits(rng, rng.choice(("######", "@@######", "###-##-####", "@-####/##"))),
    "vin": lambda rng, *_: digits(rng, "@@@##@@##@#######"),
    "iban": lambda rng, _, language: bank_of(rng, language)[1],
    "zip": lambda rng, *_: digits(rng, "#####"),
    "small": lambda rng, *_: str(rng.randrange(1, 12)),
    "months": lambda rng, _, language: f"{6 * rng.randrange(1, 17)} {'Monate' if language == 'de' else 'months'}",
    "room": lambda rng, *_: digits(rng, rng.choice(("###", "##", "#-##", "@##"))),
    "grade": lambda rng, *_: f"{rng.randrange(1, 11)}{rng.choice('abcd')}",
    "amount": lambda rng, _, language: rng.choice(values.NUMBER_STYLES[language]).bare(values.money(rng, 20, 9000)),
    "percent": lambda rng, _, language: _number(rng, language, 1, 15, 2, rng.choice(("%", " %"))),
    "weight": lambda rng, *_: f"{rng.randrange(2, 120)} kg",
    "height": lambda rng, *_: f"{rng.randrange(150, 200)} cm",
    "distance": lambda rng, _, language: _thousands(rng, language, 40, 180000) + " km",
    "trip_distance": lambda rng, _, language: _thousands(rng, language, 12, 2400) + " km",
    "hours": lambda rng, _, language: _thousands(rng, language, 200, 40000) + " h",
    "bar": lambda rng, _, language: _number(rng, language, 1, 12, 1, " bar"),
    "degrees": lambda rng, *_: f"{rng.randrange(30, 110)} °C",
    "temperature": lambda rng, _, language: _number(rng, language, 36, 38, 1, " °C"),
    "pressure": lambda rng, *_: f"{rng.randrange(100, 160)}/{rng.randrange(60, 100)}",
    "pulse": lambda rng, *_: f"{rng.randrange(50, 100)}{rng.choice(('', ' bpm', '/min'))}",
    "haemoglobin": lambda rng, _, language: _number(rng, language, 12, 18, 1, " g/dl"),
    "time": lambda rng, *_: _clock(rng, 7, 20),
    "time_early": lambda rng, *_: _clock(rng, 6, 12),
    "time_late": lambda rng, *_: _clock(rng, 12, 20),
    "goods": lambda rng, split, _: names.product(rng, split),
    "drug": lambda rng, *_: f"{names.coined(rng, 3)} {rng.choice((5, 10, 20, 50, 100, 200))} mg",
    "plate": lambda rng, *_: digits(rng, rng.choice(("@@-@@ ###", "@@## @@@", "@@@ ####"))),
}

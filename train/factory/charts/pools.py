"""The subjects of charts: countries, products, answers of surveys, and how they are named inside a sentence."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from train.factory import names, wordlists
from train.factory.charts import foreign
from train.factory.sample import Split, share

_WORDS = wordlists.read("chart_pools")
WITH_ARTICLE: set[str] = set(_WORDS["with_article"])
COUNTRIES: list[str] = _WORDS["countries"]
STATES: list[str] = _WORDS["states"]
BRANDS: list[str] = _WORDS["brands"]
OTHERS: list[str] = _WORDS["others"]
_ANIMALS: list[str] = _WORDS["animals"]
_LISTS: dict[str, str] = _WORDS["lists"]
_ORDERED: dict[str, list[str]] = _WORDS["ordered"]


def _park(rng: Random, split: Split) -> str:
    name = names.coined(rng)
    return rng.choice((f"Cape {name} National Seashore", f"{name} National Park", f"Lake {name}", f"Mount {name}",
                       f"{name} Zoo", f"the {name} Museum", f"{name} Canyon", f"Fort {name}"))  # fmt: skip


def _city(rng: Random, split: Split) -> str:
    known = rng.choice(share(names.CITIES["en"], split))
    return rng.choice((known, names.coined(rng), f"{known}-{names.coined(rng)}", f"Port {names.coined(rng)}"))


def _company(rng: Random, split: Split) -> str:
    roll = rng.random()
    if roll < 0.35:
        return rng.choice(share(BRANDS, split))
    return names.coined(rng, rng.choice((2, 3))) if roll < 0.7 else names.company(rng, "en", split)


def _bank(rng: Random, split: Split) -> str:
    name = names.coined(rng)
    return rng.choice((f"{name} Bank", f"Banco {name}", f"Bank of {name}", f"{name} Savings", f"Crédit {name}"))


def _team(rng: Random, split: Split) -> str:
    return f"{names.coined(rng)} {rng.choice(share(_ANIMALS, split))}"


def _person(rng: Random, split: Split) -> str:
    return names.person(rng, "en", split)


def _airport(rng: Random, split: Split) -> str:
    return f"{rng.choice((names.coined(rng), rng.choice(share(names.CITIES['en'], split))))} Airport"


def _called(*forms: str) -> Callable[[Random, Split], str]:
    """Names of one kind of place or institution, of a made-up word each."""
    return lambda rng, split: rng.choice(forms).format(names.coined(rng))


_MADE: dict[str, Callable[[Random, Split], str]] = {
    "park": _park, "city": _city, "company": _company, "bank": _bank, "team": _team, "airport": _airport,
    "person": _person,
    "club": _called("FC {}", "{} United", "{} City", "Real {}", "AC {}", "{} Rovers", "SV {}", "Athletic {}", "{} FC"),
    "port": _called("Port of {}", "{} Harbor", "Port of {} Bay", "{} Container Terminal"),
    "university": _called("University of {}", "{} University", "{} College", "{} State University", "{} Polytechnic"),
    "newspaper": _called("{} Times", "Daily {}", "{} Herald", "{} Post", "{} Gazette", "{} Tribune", "Le {}"),
    "theater": _called("{} Theater", "{} Playhouse", "{} Opera House", "Teatro {}", "{} Stage"),
    "hospital": _called("{} Hospital", "{} General Hospital", "St. {} Clinic", "{} Medical Center", "{} Clinic"),
}  # fmt: skip


def subjects(rng: Random, pool: str, count: int, split: Split) -> list[str]:
    """Up to `count` different subjects of `pool`; those of a scale, as age groups, are all of it and in its order."""
    if pool in _MADE:
        found = dict.fromkeys(_MADE[pool](rng, split) for _ in range(count + 2))
        return list(found)[:count]
    if pool in _ORDERED:
        return rng.choice(_ORDERED[pool]).split("|")
    known = share(options(pool), split) if pool in ("country", "state", *foreign.POOLS) else options(pool)
    return rng.sample(known, min(count, len(known)))


def is_ordered(pool: str) -> bool:
    """Whether its names are steps of a scale."""
    return pool in _ORDERED


def options(pool: str) -> list[str]:
    if pool in ("country", "state"):
        return COUNTRIES if pool == "country" else STATES
    return (foreign.POOLS.get(pool) or _LISTS[pool]).split("|")


def place(rng: Random, split: Split) -> str:
    return said(rng.choice(share(COUNTRIES, split)))


def said(name: str) -> str:
    """A subject inside a sentence: `the Netherlands`, `Hispanic` for `Hispanic*`."""
    bare = name.rstrip("*")
    return f"the {bare}" if bare in WITH_ARTICLE else bare

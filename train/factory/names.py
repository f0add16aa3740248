"""Names of people, shops, companies, places and goods: small lists by hand, and syllables for what no list has.

Written for this project. A reader must copy a name letter by letter, so many companies' names are of made-up
words that no language model has seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from train.factory import wordlists
from train.factory.sample import Split, share

LANGUAGES = ("en", "de", "fr", "es", "zh", "ms")

_WORDS = wordlists.read("names")
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

TITLES: dict[str, list[str]] = _WORDS["titles"]  # before a last name alone
DEGREES: dict[str, list[str]] = _WORDS["degrees"]  # before a full name
_COMPANIES: dict[str, list[str]] = _WORDS["company"]
_BUILDINGS: dict[str, list[str]] = _WORDS["buildings"]

_ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s st t tr v w z"
_RARE_ONSETS = "bl cl cr fr gl kr pl sc sh sk sl sm sn sp str sw th tw vl wh x y"
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "y", "a", "e", "i", "o", "a", "e", "i", "o", "au", "ee",
           "ia", "oa", "oo"]  # fmt: skip
_CODAS = ["", "", "", "n", "r", "l", "s", "x", "m", "nt", "rd", "th", "", "", "ck", "d", "ff", "k", "ld", "ll", "lt",
          "mp", "nd", "ng", "nx", "p", "rk", "rn", "ss", "st", "sk", "t", "tt", "z"]  # fmt: skip
_JOINTS = ["", "", "", "n", "r", "l", "m", "s", "nd", "rt"]  # between two syllables
_LONGEST = 36  # characters of a company's name: a receipt has 34 to 56 on a row
_LONGEST_LINE = 30  # characters of an address line: up to four addresses stand side by side


def coined(rng: Random, syllables: int = 2) -> str:
    """A word that no language has, easy to say: `Brexon`, `Alvoum`, `Trandisk`."""
    word = rng.choice(_VOWELS[:5]) + rng.choice(_JOINTS) if rng.random() < 0.12 else ""
    for place in range(syllables):
        joint = rng.choice(_JOINTS) if place + 1 < syllables and rng.random() < 0.3 else ""
        onsets = _ONSETS if rng.random() < 0.75 else _RARE_ONSETS
        word += rng.choice(onsets.split()) + rng.choice(_VOWELS) + joint
    return (word + rng.choice(_CODAS)).replace("quu", "que").capitalize()


def person(rng: Random, language: str, split: Split) -> str:
    """A full name; some with a title, an initial, two first names or two last names."""
    first, last = (rng.choice(share(names[language], split)) for names in (FIRST, LAST))
    if language == "zh":
        return last + first
    roll = rng.random()
    if roll < 0.03:
        first = rng.choice(TITLES[language])
    elif roll < 0.06:
        first = f"{rng.choice(DEGREES[language])} {first}"
    elif roll < 0.12:
        first = f"{first} {rng.choice('ABCDEFGHJKLMNPRSTVW')}."
    elif roll < 0.16:
        first = f"{first[0]}."
    elif roll < 0.19:
        first = f"{first} {rng.choice(share(FIRST[language], split))}"
    elif roll < (0.40 if language == "es" else 0.23):
        last += ("-" if language != "es" else " ") + rng.choice(share(LAST[language], split))
    return f"{first} {last}"


def company(rng: Random, language: str, split: Split) -> str:
    """A company, shop or office: `Brexon Hardware Ltd`, `TAN & LIM TRADING SDN BHD`, `Bäckerei Köhler`."""
    if language == "zh":
        mark = "".join(rng.sample("鑫宏达盛华金海天龙兴隆泰安丰源恒瑞祥通顺嘉美佳康德信", 2))
        trade = rng.choice(("贸易", "贸易", "科技", "食品", "电子", "建材", "服装", "物流", "餐饮", "医药"))
        return rng.choice(share(CITIES["zh"], split)) + mark + trade + rng.choice(FORMS[language])
    shapes = _COMPANIES[language]
    while True:
        parts = _parts(rng, language, split)
        name = " ".join(rng.choice(shapes).format(**parts).split())
        if len(name) <= _LONGEST and name != parts["last"]:
            return name


def _parts(rng: Random, language: str, split: Split) -> dict[str, str | int]:
    """What the shapes of a company's name can hold."""
    lists = {"sign": "signs", "kind": "kinds", "branch": "branches", "house": "houses"}
    lists = {key: _WORDS[name][language] for key, name in lists.items() if language in _WORDS[name]}
    drawn = {key: rng.choice(share(words, split)) for key, words in lists.items()}
    first, last, other = (rng.choice(share(names[language], split)) for names in (FIRST, LAST, LAST))
    letters = "".join(rng.choice("ABCDEFGHIJKLMNOPRSTUVW") for _ in range(rng.choice((2, 3, 3, 3, 4))))
    city = rng.choice(share(CITIES[language], split))
    return drawn | {
        "coined": coined(rng, rng.choice((2, 2, 2, 3))),
        "coined2": coined(rng),
        "first": first,
        "last": last,
        "other": other,
        "owner": _possessive(last),
        "host": _possessive(first),
        "shop": rng.choice(share(SHOP_WORDS, split)),
        "trade": rng.choice(share(TRADES, split)),
        "tail": rng.choice(("Tech", "Soft", "Line", "Works", "Med", "Pack", "Trade", "Net", "Pro", "Lab")),
        "tail2": rng.choice(
            ("Technologies", "Group", "International", "Brands", "Outlet", "Express", "Online", "2000")
        ),
        "letters": letters,
        "dotted": ". ".join(letters) + "." if rng.random() < 0.5 else ".".join(letters) + ".",
        "i": first[0],
        "j": coined(rng)[0],
        "city": city.title() if city.isupper() else city,
        "place": rng.choice(share(_WORDS["outlets"], split)),
        "n": rng.choice((1, 2, 7, 8, 9, 11, 24, 33, 66, 77, 88, 99, 101, 118, 168, 333, 888)),
        "k": rng.randrange(2, 2400),
        "form": rng.choice(FORMS[language]),
    }


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")


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
    """Two to four lines, the last but one of English and German ones the street."""
    city = rng.choice(share(CITIES[language], split))
    number = rng.randrange(1, 250)
    if language == "ms":
        return _malaysian(rng, split, city)
    if language == "zh":
        rooms = rng.choice(
            ("", "", f"{rng.randrange(2, 30)}楼", f"{rng.randrange(1, 9)}栋{rng.randrange(101, 2900)}室")
        )
        return Address((f"{city}市{rng.choice(share(STREETS['zh'], split))}{number}号{rooms}",))
    lines = _LINES[language]
    while True:
        street = rng.choice(share(STREETS[language], split))
        building = rng.choice(share(_BUILDINGS[language], split))
        last = rng.choice(share(LAST[language], split))
        found = lines(rng, street, number, city, building, last)
        if max(map(len, found)) <= _LONGEST_LINE:
            return Address(found)


def _english(rng: Random, street: str, number: int, city: str, building: str, last: str) -> tuple[str, ...]:
    code, state = f"{rng.randrange(10000, 99999)}", rng.choice(_WORDS["us_states"])
    if rng.random() < 0.5:  # American
        place = rng.choice((f"{rng.randrange(100, 19999)} {street}", f"{number} {street}"))
        above: tuple[str, ...] = ()
        if rng.random() < 0.4:
            above = (rng.choice((f"Suite {rng.randrange(2, 900)}", f"Unit {rng.randrange(1, 40)}", "3rd Floor")),)
        elif rng.random() < 0.4:
            rooms = (f", Suite {number + 100}", f", Ste {number}", f" #{number}", f", Apt {number}B", ", 2nd Floor")
            place += rng.choice(rooms)
        elif rng.random() < 0.1:
            place = rng.choice(("PO Box {}", "P.O. Box {}")).format(rng.randrange(10, 99999))
        zips = (code, code, f"{code}-{rng.randrange(1000, 9999)}", f"{code}, USA")
        return (*above, place, f"{city}, {state} {rng.choice(zips)}")
    letters = "".join(rng.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    area = rng.choice(
        (coined(rng)[:2].upper(), rng.choice(("B", "E", "G", "L", "M", "N", "S", "SW", "EC", "NW", "DT")))
    )
    post = f"{area}{rng.randrange(1, 30)} {rng.randrange(1, 10)}{letters}"
    shire = rng.choice(_WORDS["counties"])
    above = rng.choice(((), (), (), (building,), (f"Unit {rng.randrange(1, 40)}",), (f"Unit {number}, {building}",),
                        (f"Flat {rng.randrange(1, 30)}",), (f"c/o {last}",), (f"{building}, 2nd Floor",)))  # fmt: skip
    place = rng.choice((f"{number} {street}", f"{number} {street}", f"{number}-{number + 4} {street}",
                        f"{number}{rng.choice('AB')} {street}", f"{number}, {street}", street))  # fmt: skip
    if rng.random() < 0.04:
        above, place = (), f"P.O. Box {number}"
    tail = rng.choice((f"{city} {post}", f"{city} {post}", f"{city}, {post}", f"{city}, {shire} {post}",
                       f"{city.upper()} {post}", f"{city} {post}, UK"))  # fmt: skip
    return (*above, place, tail)


def _german(rng: Random, street: str, number: int, city: str, building: str, last: str) -> tuple[str, ...]:
    code = f"{rng.randrange(1000, 99999):05d}"
    above = rng.choice(((), (), (), (), (f"c/o {last}",), (building,)))
    place = rng.choice((f"{street} {number}", f"{street} {number}", f"{street} {number}a", f"{street} {number} b",
                        f"{street} {number}-{number + 4}", f"{street} {number} c"))  # fmt: skip
    if rng.random() < 0.06:
        boxes = ("Postfach {0} {1} {2}", "Postfach {0}{1}", "PF {0}{1}{2}", "Postfach {0} {1}")
        place = rng.choice(boxes).format(*(rng.randrange(10, 99) for _ in range(3)))
    foreign = rng.choice((f"CH-{rng.randrange(1000, 9700)}", f"A-{rng.randrange(1010, 9990)}", f"{code[:4]}"))
    prefix = rng.choice((code, code, code, code, code, f"D-{code}", f"D-{code}", f"DE-{code}", f"D - {code}", foreign))
    return (*above, place, f"{prefix} {city}")


def _french(rng: Random, street: str, number: int, city: str, building: str, last: str) -> tuple[str, ...]:
    code = f"{rng.randrange(1000, 95999):05d}"
    above = rng.choice(((), (), (), (building,), (f"Chez {last}",), (f"{building} - Porte {rng.randrange(1, 60)}",)))
    place = rng.choice((f"{number} {street}", f"{number} {street}", f"{number}, {street}", f"{number} bis {street}",
                        f"{number} ter, {street}", f"{number} {street} - BP {rng.randrange(10, 999)}",
                        f"CS {rng.randrange(10000, 99999)}", street))  # fmt: skip
    tail = rng.choice((f"{code} {city}", f"{code} {city}", f"{code} {city.upper()}", f"F-{code} {city}",
                       f"{code} {city.upper()} CEDEX", f"{code} {city} Cedex {rng.randrange(1, 20)}"))  # fmt: skip
    return (*above, place, tail, *rng.choice(((), (), (), (), (), ("France",), ("FRANCE",))))


def _spanish(rng: Random, street: str, number: int, city: str, building: str, last: str) -> tuple[str, ...]:
    code = f"{rng.randrange(1000, 52999):05d}"
    floor, door = rng.randrange(1, 9), rng.choice(("A", "B", "C", "izda.", "dcha.", "1ª", "2ª"))
    above = rng.choice(((), (), (), (), (building,), (f"c/o {last}",)))
    place = rng.choice((f"{street} {number}", f"{street} {number}", f"{street}, {number}", f"{street}, nº {number}",
                        f"{street} {number}, {floor}º {door}", f"{street}, {number}, piso {floor}", f"{street}, s/n",
                        f"{street} {number}, bajo", f"{street} {number}"))  # fmt: skip
    tail = rng.choice((f"{code} {city}", f"{code} {city}", f"{code} - {city}", f"{code} {city.upper()}",
                       f"E-{code} {city}", f"{code}, {city}"))  # fmt: skip
    return (*above, place, tail, *rng.choice(((), (), (), (), (), ("España",), ("ESPAÑA",))))


_LINES = {"en": _english, "de": _german, "fr": _french, "es": _spanish}


def _malaysian(rng: Random, split: Split, city: str) -> Address:
    number = rng.choice(_WORDS["lots"]).format(
        a=rng.randrange(1, 120), b=rng.randrange(1, 60), c=rng.randrange(60, 99), d=rng.randrange(1000, 9000),
        f=rng.randrange(1, 10), l=rng.choice("ABCDE"),
    )  # fmt: skip
    turn = rng.choice(("", "", f" {rng.randrange(1, 20)}", f" {rng.randrange(1, 9)}/{rng.randrange(1, 70)}",
                       f" {rng.randrange(1, 20)}{rng.choice('ABCD')}", f" {rng.randrange(1, 9)}/{rng.randrange(1, 9)}A",
                       f" {rng.randrange(10, 60)}/{rng.randrange(100, 300)}"))  # fmt: skip
    road = f"{rng.choice(_WORDS['roads'])} {rng.choice(share(STREETS['ms'], split))}{turn}"
    area = f"{rng.choice(_WORDS['areas'])} {rng.choice(share(STREETS['ms'], split))}"
    building = rng.choice(share(_BUILDINGS["ms"], split))
    tail = f"{rng.randrange(*rng.choice(((40000, 86000), (40000, 86000), (5000, 98000)))):05d} {city}"
    state = rng.choice(STATES) if rng.random() < 0.75 else ""
    end = "" if state.endswith(".") else rng.choice(("", "", "."))
    forms = (
        (f"{number}, {road},", f"{area},", f"{tail}{', ' + state if state else ''}{end}"),
        (f"{number}, {road}", area, f"{tail}", *((state,) if state else ())),
        (f"{number}, {road}, {area}", f"{tail}{' ' + state if state else ''}{end}"),  # test
        (f"{number} {road},", f"{area}, {tail}{', ' + state if state else ''}{end}"),
        (f"{number}, {road},", f"{area}, {tail}{end}", *((state,) if state else ())),
        (f"{number}, {road}, {area}, {tail}{end}",),  # test
        (f"{number} {road}", f"{area} {tail}", *((state,) if state else ())),
        (f"{number},{road},", f"{area},", f"{tail}{',' + state if state else ''}{end}"),
        (f"{number}, {building},", f"{road},", f"{tail},", f"{state or 'MALAYSIA'}{end}"),  # test
        (f"{number}, {road}", f"{area}, {tail}", *((state + end,) if state else ())),
        (building, f"{number}, {road}", f"{tail}{', ' + state if state else ''}{end}"),
        (f"{number},", f"{road}, {area},", f"{tail}{', ' + state if state else ''}{end}"),  # test
    )
    lines = rng.choice(share(forms, split, 3))
    return Address(lines if rng.random() < 0.6 else tuple(map(_titled, lines)))


def _titled(line: str) -> str:
    """`SS 2, TAMAN MAJU` -> `SS 2, Taman Maju`: codes of quarters stay in capitals."""
    return re.sub(r"\b(?:Ss|Usj|Pju|Pjs|Bu|Pt|Ptd|Gf|Lg|Km|P\.J)\b", lambda match: match.group().upper(), line.title())


def product(rng: Random, split: Split) -> str:
    """A line of a bill: `FRESH MILK 1L`, `Translation`, `CHKN WINGS 6PCS`."""
    words = [rng.choice(share(GOODS, split))]
    if rng.random() < (0.6 if len(words[0]) < 9 else 0.15):
        words.insert(0, rng.choice(share(ADJECTIVES, split)))
    if rng.random() < 0.12:
        words.insert(0, coined(rng))
    if rng.random() < (0.45 if len(" ".join(words)) < 11 else 0.2):
        words.append(rng.choice(UNITS))
    name = " ".join(words)
    if rng.random() < 0.05:  # as tills shorten it: without the vowels inside of words
        return re.sub(r"(?<=[A-Z])[AEIOU](?=[A-Z])", "", name.upper())
    return rng.choice(
        (
            name.upper(),
            " ".join(word if re.search("[A-Z]", word) else word.capitalize() for word in words),
            name[0].upper() + name[1:],
        )
    )

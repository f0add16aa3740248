"""Pages that a question names: `page 3`, `pages 2 through 4`, `the first and the last page`, `Seite 7`, `第3至第5页`.

    named_pages("Compare pages 2, 3, and 5", 9)  # (2, 3, 5)

A list that is read by half shuts out the pages of its other half, so lists are read in every way that people write
them, in English, German, French, Spanish, Italian, Dutch, Chinese and Japanese. `S. 3` is not read: in a German
contract it is a sentence, elsewhere somebody's name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from prompts.folding import fold
from prompts.numbers import HAN, arabic


class _Named(NamedTuple):
    """A stretch of a folded question, and the pages that it names."""

    start: int
    end: int
    pages: list[int]


def _by_word(*languages: str) -> dict[str, int]:
    return {word: number for words in languages for number, word in enumerate(words.split(), 1)}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_COUNTS = _by_word(
    "one two three four five six seven eight nine ten eleven twelve",
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "une deux trois quatre cinq six sept huit neuf dix onze douze",
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "un due tre quattro cinque sei sette otto nove dieci undici dodici",
)
_ORDINALS = _by_word(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth",
    "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte",
    "première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième",
    "primera segunda tercera cuarta quinta sexta séptima octava novena décima",
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende",
    "prima seconda terza quarta quinta sesta settima ottava nona decima",
    "premiere seconde troisieme",
)
_ORDINALS |= {
    f"{tens}-{one}": 10 * ten + number
    for ten, tens in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
    for one, number in list(_ORDINALS.items())[:9]
}
# Counted from the last page, which is 0.
_ENDS = dict.fromkeys(("last", "final", "letzte", "dernière", "derniere", "última", "ultima", "laatste"), 0)
_ENDS |= dict.fromkeys(("penultimate", "vorletzte", "avant-dernière", "penúltima", "penultima", "voorlaatste"), -1)
_PAGE = r"(?:pages?|seiten?|p[áa]gin(?:as?|a's|e)|bladzijden?)(?![^\W\d])"
_LEADS = "|".join(rf"(?<=\b{word} )" for word in ("on", "see", "from", "of", "in"))
_NO_DOT = r"(?:pp|pgs?)(?!\w)"  # may be a plastic or a rating: `the pp 30 pipe`
_ALONE = r"(?=[\d\s,&+~-]*(?:[:?]|$))"
_SHORT = rf"(?:(?:pp?|p[áa]gs?|blz|pgs?)\.|(?:{_LEADS}|(?<=[(\[])){_NO_DOT}|^{_NO_DOT}{_ALONE})"
_NUMBERED = r"(?:\s*(?:numbers?|nummern?|núm\.?|num\.?|nos?\.?|nrs?\.?|n°|#|:|\(s\)))?"
_NUMBER = r"\d{1,4}"
_NEXT = rf"{_NUMBER}(?![a-z\d%]|\s%|\.\d)"  # of a list, which `and 2nd`, `and 5 %` and `, 4.50` do not go on with
_AND_WORD = r"(?:and|or|und|oder|sowie|et|ou|y|e|o|u\.?|en)"
_AND = rf"(?:\s*,\s*(?:{_AND_WORD}\s+)?|\s*[&+/、和与與及或]\s*|\s+{_AND_WORD}\s+)"
_TO_WORD = r"(?:up\s+to|to|through|thru|until|till|bis|à|au|jusqu'à|a|al|alla|hasta|tot|t/m)"
_TO = rf"(?:\s*[-~至到]\s*|\s+{_TO_WORD}\s+)"
_THE = r"(?:(?:the|der|die|den|dem|zur|zum|la|las|les|le|de)\s+)*"
_COUNT = rf"(?:{_any(_COUNTS)})(?!\w)"
_LIST = re.compile(
    rf"(?<!\w)(?:{_PAGE}|{_SHORT}){_NUMBERED}\s*"
    rf"(?P<pages>{_NUMBER}(?:(?:{_TO}|{_AND})(?:{_NO_DOT}\s*)?{_NEXT})*|{_COUNT}(?:(?:{_TO}|{_AND}){_COUNT})*)"
)
_HAN_NUMBER = rf"(?:{_NUMBER}|[{HAN}]+)"
_HAN_LIST = re.compile(
    rf"(?P<back>倒[数數])?第\s*(?P<pages>{_HAN_NUMBER}(?:\s*[-~,、至到和与與及或]\s*第?\s*{_HAN_NUMBER})*)\s*(?:[页頁]|ページ)"
)
_JAPANESE = re.compile(rf"(?<![全計共\d])(?P<pages>{_NUMBER}(?:\s*[-~,、至到和]\s*{_NUMBER})*)\s*ページ")
_HAN_END = re.compile(r"最[后後終终]の?(?:一[页頁]|ページ)|末[页頁]|(?<![站网網])(?P<first>首[页頁])")
_HAN_SEVERAL = re.compile(
    rf"(?:(?<![目之])(?P<first>前)|最?[后後])\s*(?P<count>{_NUMBER}|[{HAN}两兩]+)\s*(?:[页頁]|ページ)"
)
# 2nd, 2e, 3a (what 3ª folds to), and 3. where a German word follows
_ORDINAL = (
    rf"(?:(?:{_any(_ORDINALS | _ENDS)})[nrs]?|\d{{1,3}}(?:st|nd|rd|th|er|re|ère|e|ème|eme|de|ste|a))(?!\w)"
    r"|\d{1,3}\.(?=.{0,40}?\bseite)"
)
_NTH_LAST = re.compile(rf"(?<!\w)(?!first)(?P<back>next|{_any(_ORDINALS)})(?:[- ]to)?[- ]last\s+{_PAGE}")
_NTH = re.compile(rf"(?<![\w-])(?P<pages>(?:{_ORDINAL})(?:(?:{_TO}|{_AND}){_THE}(?:{_ORDINAL}))*)\s+{_PAGE}(?!\s*\d)")
_FIRST = r"(?:first|ersten?|premières|primeras|eerste|prime)"
_FINAL = r"(?:last|letzten?|dernières|últimas|laatste|ultime)"
_SEVERAL = re.compile(
    rf"(?<!\w)(?:(?:(?P<first>{_FIRST})|{_FINAL})\s+(?P<count>\d{{1,3}}|{_COUNT})"
    rf"|(?P<number>\d{{1,3}}|{_COUNT})\s+(?:(?P<firsts>{_FIRST})|{_FINAL}))\s+{_PAGE}"
)
_TOKEN = re.compile(
    rf"(?<!\w)(?P<word>{_any(_ORDINALS | _ENDS | _COUNTS)})[nrs]?(?!\w)|(?P<number>\d+)|(?P<han>[{HAN}]+)"
)
_IS_TO = re.compile(rf"[-~至到]|(?<!\w){_TO_WORD}(?!\w)")
_FROM_TO, _BOTH = re.compile(rf"{_TO}{_THE}"), re.compile(rf"{_AND}{_THE}")
_BETWEEN = re.compile(rf"(?<!\w)(?:between|zwischen|entre|tussen|tra|fra)\s+{_THE}$")
_UP_TO = re.compile(rf"(?<!\w)(?:up\s+to|until|till|before|bis|vor|jusqu'à|hasta|tot)\s+{_THE}$")
_FROM = re.compile(
    r"(?<!\w)(?:after|start(?:s|ing)?\s+(?:at|from|on|with)|ab|nach|à\s+partir\s+de\s+la|a\s+partir\s+de\s+la|vanaf)\s+$"
)
_ON = re.compile(
    r"\s*(?:(?:up\s+)?(?:to|till?|until)\s+the\s+end|onwards?|(?:and\s+)?following|ff|bis\s+(?:zum\s+)?(?:ende|schluss)"
    r"|et\s+suivantes|jusqu'à\s+la\s+fin|hasta\s+el\s+final|tot\s+het\s+einde)(?!\w)|\s*(?:及?[以之][后後]|起|以降)"
)
_ANOTHER = (
    r"annex(?:e|es)?|append(?:ix|ices)|attachments?|enclosures?|anhangs?|anlagen?|beilagen?|pièces? jointes?|anexos?"
    r"|adjuntos?|allegat[oi]|bijlagen?"
)
_OF_ANOTHER = re.compile(
    rf"\s+(?:of|in|from|de|del|della|dell'|des?|der|du|van|im|in der|aus dem)\s*(?:(?:the|an?|la|l'|el|het)\s*)?"
    rf"(?:\w+\s+)?(?:{_ANOTHER})(?!\w)|的?(?:附件|附录|附錄)"
)
_PAGE_LIKE = re.compile(rf"(?<!\w){_PAGE}|[页頁]|ページ")


def named_pages(question: str, last: int) -> tuple[int, ...]:
    """Numbers of pages up to `last` that a question names, in its order."""
    folded = fold(question)
    named = _named(folded, last)
    found: list[int] = []
    for place, (start, end, pages) in enumerate(named):
        gap = folded[named[place - 1].end : start] if place else ""
        is_between = _BETWEEN.search(folded, 0, named[place - 1].start if gap else start) is not None
        goes_on = place + 1 < len(named) and _FROM_TO.fullmatch(folded, end, named[place + 1].start)
        if gap and (_FROM_TO.fullmatch(gap) or (is_between and _BOTH.fullmatch(gap))):
            found += _within(named[place - 1].pages[-1], pages[0], last)
        elif len(pages) == 2 and is_between:
            found += _within(pages[0], pages[1], last)
        elif _UP_TO.search(folded, 0, start):
            found += _within(1, pages[0], last)
        found += pages
        is_open = _FROM.search(folded, 0, start) or (
            folded.endswith("from ", 0, start) and folded.startswith(" on", end)
        )
        if _ON.match(folded, end) or (is_open and not goes_on):
            found += _within(pages[-1], last, last)
    return tuple(dict.fromkeys(number for number in found if 1 <= number <= last))


def without_names(folded: str) -> str:
    """A folded question without the pages it names: their numbers are no words to look for."""
    parts, end = [], 0
    for named in _named(folded, 0):
        parts.append(folded[end : named.start])
        end = named.end
    return " ".join((*parts, folded[end:]))


def speaks_of_others(folded: str) -> bool:
    """Whether a folded question speaks of pages in words that are not read, too: `page 3 and the page before`."""
    return _PAGE_LIKE.search(without_names(folded)) is not None


def _named(folded: str, last: int) -> list[_Named]:
    """What names pages, in reading order: those of an annex have numbers of their own.

    A pattern sees nothing of what an earlier one has read.
    """
    found: list[_Named] = []
    for pattern in (_LIST, _HAN_LIST, _HAN_END, _HAN_SEVERAL, _JAPANESE, _SEVERAL, _NTH_LAST, _NTH):
        for match in pattern.finditer(folded):
            if not _OF_ANOTHER.match(folded, match.end()):
                found.append(_Named(*match.span(), _pages(pattern, match, last)))
        folded = pattern.sub(lambda match: " " * len(match.group()), folded)
    return sorted(found)


def _pages(pattern: re.Pattern[str], match: re.Match[str], last: int) -> list[int]:
    said = match.groupdict()
    if pattern is _HAN_END:
        return [1 if said["first"] else last]
    if pattern is _NTH_LAST:
        return [last + 1 - (2 if said["back"] == "next" else _ORDINALS[said["back"]])]
    if pattern in (_SEVERAL, _HAN_SEVERAL):
        (many,) = _listed(said["count"] or said["number"], last)
        is_first = said["first"] or said.get("firsts")
        return [*range(1, min(many, last) + 1)] if is_first else [*range(max(last - many, 0) + 1, last + 1)]
    pages = _listed(said["pages"], last)
    return [last + 1 - number for number in pages] if said.get("back") else pages


def _listed(text: str, last: int) -> list[int]:
    """The numbers of a list, and those between two that `to` or a dash stands between."""
    found: list[int] = []
    end = 0
    for match in _TOKEN.finditer(text.translate(_TWO)):
        number = _number(match, last)
        if found and _IS_TO.search(text, end, match.start()):
            found += _within(found[-1], number, last)
        found.append(number)
        end = match.end()
    return found


_TWO = str.maketrans("两兩", "二二")


def _number(match: re.Match[str], last: int) -> int:
    if match["word"] is None:
        return int(arabic(match.group()))
    if (back := _ENDS.get(match["word"])) is not None:
        return last + back
    return _ORDINALS.get(match["word"]) or _COUNTS[match["word"]]


def _within(first: int, end: int, last: int) -> range:
    """The pages from one to another, no further than to the last."""
    return range(max(first, 1), min(end, last) + 1)

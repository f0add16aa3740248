"""Which lines of a long document a question is about: pages that it names, then BM25 over pages and over their lines.

The scores are BM25's as Lucene computes them (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009),
by bm25s. Words that any question has (`what`, `in the table`) do not count, words in quotation marks count more, and
where scripts write no spaces, pairs of characters stand for words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from bm25s import BM25
from bm25s.stopwords import STOPWORDS_EN, STOPWORDS_FRENCH, STOPWORDS_GERMAN, STOPWORDS_SPANISH

from prompts.folding import fold
from prompts.numbers import HAN, arabic
from prompts.pairs import UNPARTED, pairs

REACH = 2  # a line is judged with so many lines before and after it: a value with its heading
QUOTED_WEIGHT = 3
LINE, KEPT = 200, 1 << 13  # characters of a line whose terms are kept, and how many such

_ASKING = (
    "what which who where when how many much does do did give find tell page pages number value table row column "
    "under document file heading only "
    "seite seiten tabelle zeile spalte wert dokument tableau ligne colonne tabla fila columna 第 页"
)
_ASKING_CHINESE = "请问 是多少 是什么 是哪些 是哪一 是谁 有多少 有哪些 为多少 何时 哪里 在哪 いくら 何ですか です"
_STOPWORDS = frozenset(
    (
        *(*STOPWORDS_EN, *STOPWORDS_GERMAN, *STOPWORDS_FRENCH, *STOPWORDS_SPANISH),
        *(*_ASKING.split(), *pairs(_ASKING_CHINESE)),
    )
)
_WORD = re.compile(rf"[^\W_{UNPARTED}]+")
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']{3,})'")
_NUMBERS = r"\d{1,4}(?:(?:\s*[-,、~至到和]\s*|\s+(?:and|to|und|bis|et|y)\s+)\d{1,4})*"
_HAN_NUMBERS = rf"[{HAN}]+(?:[、至到和][{HAN}]+)*"
_NAMED = re.compile(
    rf"\b(?:pages?|pp?\.|seiten?|p\u00e1ginas?)\s*({_NUMBERS})|第\s*({_NUMBERS}|{_HAN_NUMBERS})\s*[页頁]"
    rf"|(?<![全計共\d])({_NUMBERS})\s*ページ|(?<![站网網])首[页頁]"
)
_LAST = re.compile(
    r"\b(?:last page|letzten? seite|derni\u00e8re page|\u00faltima p\u00e1gina)\b"
    r"|最[后後]一[页頁]|末[页頁]|最[後終]の?ページ"
)
_HAN_NUMBER = re.compile(f"[{HAN}]+")
_FROM_TO = re.compile(r"[页頁]\s*([-~至到])\s*第")
_RANGE = re.compile(r"(\d+)\s*(?:[-~至到]|to|bis)\s*(\d+)|(\d+)")


def rank(question: str, named: Sequence[int], lines: Sequence[tuple[int, str]]) -> list[int]:
    """Places in `lines` (page, text; in reading order), those that matter most to the question first.

    Where there are words on pages that the question names, only those pages count. Pages go by score, and inside a page
    lines by the score of what stands around them. What scores the same stays in reading order.
    """
    query = list(_query(question))
    pages = [list(group) for _, group in groupby(range(len(lines)), key=lambda place: lines[place][0])]
    terms = [_kept_terms(text) if len(text) <= LINE else _terms_of(text) for _, text in lines]
    around = [
        _joined(terms[max(place - REACH, page[0]) : min(place + REACH, page[-1]) + 1])
        for page in pages
        for place in page
    ]
    line_scores = _scores(query, around)
    page_scores = _scores(query, [_joined(terms[page[0] : page[-1] + 1]) for page in pages])
    meant = [at for at, page in enumerate(pages) if lines[page[0]][0] in named] or range(len(pages))
    by_score = sorted(meant, key=lambda at: (-page_scores[at], at))
    return [place for at in by_score for place in sorted(pages[at], key=lambda place: (-line_scores[place], place))]


def named_pages(question: str, last: int) -> tuple[int, ...]:
    """Page numbers that a question names (`page 3`, `pages 2-4`, `Seite 7`), in its order; `the last page` last."""
    folded = _FROM_TO.sub(r"\1", fold(question))
    found: list[int] = []
    for match in _NAMED.finditer(folded):
        named = _HAN_NUMBER.sub(lambda han: arabic(han.group()), match[1] or match[2] or match[3] or "1")  # 首页 is 1
        for first, end, single in _RANGE.findall(named):
            found += range(int(first), min(int(end), last) + 1) if first else [int(single)]
    if _LAST.search(folded):
        found.append(last)
    return tuple(dict.fromkeys(number for number in found if 1 <= number <= last))


def _query(question: str) -> Iterator[str]:
    folded = _NAMED.sub(" ", fold(question))
    yield from _terms(folded)
    for quoted in _QUOTED.findall(folded):
        yield from [*_terms("".join(quoted))] * (QUOTED_WEIGHT - 1)


def _terms(folded: str) -> Iterator[str]:
    yield from (term for term in (*_WORD.findall(folded), *pairs(folded)) if term not in _STOPWORDS)


def _terms_of(line: str) -> tuple[str, ...]:
    return tuple(_terms(fold(line)))


_kept_terms = lru_cache(KEPT)(_terms_of)  # a document's lines are searched for every question about it


def _joined(terms: Sequence[tuple[str, ...]]) -> list[str]:
    return [term for line in terms for term in line]


def _scores(query: Sequence[str], passages: Sequence[list[str]]) -> np.ndarray:
    """(passages,) fp32; zeros where there is nothing to compare, which bm25s does not take."""
    if not query or not any(passages):
        return np.zeros(len(passages), np.float32)
    index = BM25(method="lucene")
    index.index([*passages], show_progress=False)
    return index.get_scores([*query])

"""Which lines of a long document a question is about: pages that it names, then BM25 over pages and over their lines.

The scores are BM25's as Lucene computes them (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009),
by bm25s; `prompts.page_names` finds the pages. Words that any question has (`what`, `in the table`) do not count, words
in quotation marks count more, and where scripts write no spaces, pairs of characters stand for words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from bm25s import BM25
from bm25s.stopwords import STOPWORDS_EN, STOPWORDS_FRENCH, STOPWORDS_GERMAN, STOPWORDS_SPANISH

from prompts.folding import fold
from prompts.page_names import speaks_of_others, without_names
from prompts.pairs import UNPARTED, pairs

REACH = 2  # a line is judged with so many lines before and after it: a value with its heading
QUOTED_WEIGHT = 3

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
# An amount is one word, or the cents of 27.20 are a 20. A date is not, or 2024 would not be in 12.03.2024.
_WORD = re.compile(rf"(?!\d\d?\.\d\d?\.\d{{2,4}}(?!\d))\d+(?:[.,']\d+)+|[^\W_{UNPARTED}]+")
_QUOTED = re.compile(r"\"([^\"]+)\"|(?<!\w)'([^']{3,})'(?!\w)")  # no apostrophe


def rank(question: str, named: Sequence[int], lines: Sequence[tuple[int, str]]) -> list[int]:
    """Places in `lines` (page, text; in reading order), those that matter most to the question first.

    Where the question names pages (`named`), only those count, even if they have no words; where it speaks of others,
    too, in words that are not understood, they come first. Pages go by score, and inside a page lines by the score of
    what stands around them. What scores the same stays in reading order.
    """
    query = list(_query(question))
    pages = [list(group) for _, group in groupby(range(len(lines)), key=lambda place: lines[place][0])]
    terms = [tuple(_terms(fold(text))) for _, text in lines]
    around = [
        _joined(terms[max(place - REACH, page[0]) : min(place + REACH, page[-1]) + 1])
        for page in pages
        for place in page
    ]
    line_scores = _scores(query, around)
    page_scores = _scores(query, [_joined(terms[page[0] : page[-1] + 1]) for page in pages])
    is_named = [lines[page[0]][0] in named for page in pages]
    takes_all = not named or speaks_of_others(fold(question))
    meant = [at for at in range(len(pages)) if is_named[at] or takes_all]
    by_score = sorted(meant, key=lambda at: (not is_named[at], -page_scores[at], at))
    return [place for at in by_score for place in sorted(pages[at], key=lambda place: (-line_scores[place], place))]


def _query(question: str) -> Iterator[str]:
    folded = without_names(fold(question))
    yield from _terms(folded)
    for quoted in _QUOTED.findall(folded):
        yield from [*_terms("".join(quoted))] * (QUOTED_WEIGHT - 1)


def _terms(folded: str) -> Iterator[str]:
    yield from (term for term in (*_WORD.findall(folded), *pairs(folded)) if term not in _STOPWORDS)


def _joined(terms: Sequence[tuple[str, ...]]) -> list[str]:
    return [term for line in terms for term in line]


def _scores(query: Sequence[str], passages: Sequence[list[str]]) -> np.ndarray:
    """(passages,) fp32; zeros where there is nothing to compare, which bm25s does not take."""
    if not query or not any(passages):
        return np.zeros(len(passages), np.float32)
    index = BM25(method="lucene")
    index.index([*passages], show_progress=False)
    return index.get_scores([*query])

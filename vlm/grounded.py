"""What a grounded answer may be, token by token: the quotes of a text, and the refusal.

Matched are bytes, not ids: a word has another token at a line's start than after a space, and a character may take
several tokens. Where a quote stands in the text, in all of its places at once, says how it can go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from prompts.quotes import edges, passages

_BREAK = b"\n"  # between passages; no quote goes over it
_HEAD = 4  # bytes that tell how long a token can be here


class Spelling:
    """A vocabulary by its bytes: which tokens does a text begin with?"""

    def __init__(self, pieces: Mapping[bytes, int]) -> None:
        self._pieces = {piece: token for piece, token in pieces.items() if piece and _BREAK not in piece}
        self._longest: dict[bytes, int] = {}
        for piece in self._pieces:
            head = piece[:_HEAD]
            self._longest[head] = max(self._longest.get(head, 0), len(piece))

    def tokens_at(self, text: bytes, place: int) -> list[tuple[int, int]]:
        """Every token that `text` has at `place`, and the place behind it."""
        longest = self._longest.get(text[place : place + _HEAD], _HEAD - 1)
        token_of = self._pieces.get
        ends = range(place + 1, min(place + longest, len(text)) + 1)
        return [(token, end) for end in ends if (token := token_of(text[place:end])) is not None]


class Quotes:
    """The passages of a text as bytes, and where quotes begin and end in them."""

    def __init__(self, text: str, spelling: Spelling) -> None:
        whole = passages(text)
        starts, ends = edges(whole)
        offsets = list(accumulate((len(character.encode()) for character in whole), initial=0))
        self.text = whole.encode()
        self.spelling = spelling
        self.ends = frozenset(offsets[end] for end in ends)
        self.start = Start(Quote(self, tuple(offsets[start] for start in starts)).steps())


@dataclass(slots=True)
class Quote:
    """How far a quote has come: the places behind it, one for each time that the text has it."""

    source: Quotes
    places: tuple[int, ...]

    @property
    def may_end(self) -> bool:
        return any(place in self.source.ends for place in self.places)

    def steps(self) -> dict[int, Quote]:
        """The tokens that can come next, and where each leads."""
        found: dict[int, list[int]] = {}
        for place in self.places:
            for token, end in self.source.spelling.tokens_at(self.source.text, place):
                found.setdefault(token, []).append(end)
        return {token: Quote(self.source, tuple(places)) for token, places in found.items()}


@dataclass(frozen=True, slots=True)
class Start:
    """Before a quote's first token. There are many, so they are found once, when the request is made."""

    first: dict[int, Quote]
    may_end: bool = False

    def steps(self) -> dict[int, Quote]:
        return self.first


@dataclass(frozen=True, slots=True)
class Fixed:
    """An answer that is said in these tokens, or not at all."""

    token_ids: tuple[int, ...]

    @property
    def may_end(self) -> bool:
        return not self.token_ids

    def steps(self) -> dict[int, Fixed]:
        return {token: Fixed(self.token_ids[1:]) for token in self.token_ids[:1]}

"""Text to ids and back, around the checkpoint's own tokenizer (read by transformers)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers.decoders import DecodeStream

from vlm.errors import CheckpointError, ConfigError

THINK, END_THINK = "<think>", "</think>"
_CONTROL = re.compile(r"<\|[^|]+\|>|</?think>|<mask:\d+>|</?s>|<unk>")
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


class Tokenizer:
    """A checkpoint's tokenizer.

    Attributes:
        chat_template: the checkpoint's own Jinja source, None if it has none.
        special_tokens: strings that stand for one control id each.
        named_special_tokens: those with a name (`bos_token`, ...), which some templates refer to.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._backend = tokenizer.backend_tokenizer
        added = self._backend.get_added_tokens_decoder()
        # Hosted tokenizers mark the ten digits as special, which they are not: an answer needs them.
        self.special_tokens = {
            token.content: index for index, token in added.items() if token.special and not token.content.isalnum()
        }
        self.named_special_tokens = {
            name: str(token) for name, token in tokenizer.special_tokens_map.items() if not isinstance(token, list)
        }
        self.chat_template: str | None = tokenizer.chat_template

    @staticmethod
    def load(directory: Path) -> Tokenizer:
        """Read the tokenizer files of a checkpoint. Code that comes with them is never run.

        Raises:
            CheckpointError: there are none, or they cannot be read.
        """
        from transformers import AutoTokenizer

        try:
            if (directory / "tokenizer.model").exists() and not (directory / "tokenizer.json").exists():
                return Tokenizer(_read_sentencepiece(directory))
            return Tokenizer(AutoTokenizer.from_pretrained(directory, local_files_only=True, trust_remote_code=False))
        except Exception as error:  # no narrower kind: tokenizers raises plain ones, and transformers KeyErrors
            names = [name for name in ("tokenizer.json", "tokenizer.model") if (directory / name).exists()]
            read = f"; {names[0]} is damaged or of an unknown kind" if names else ""
            raise CheckpointError(f"{directory} has no tokenizer that can be read{read}: {error!r}") from error

    def encode(self, text: str) -> list[int]:
        """Ids of a rendered prompt; control tokens it spells become their ids, none are added."""
        return self._backend.encode(text, add_special_tokens=False).ids

    def id_of(self, token: str) -> int | None:
        """The id of a token by its exact spelling."""
        return self._backend.token_to_id(token)

    def blank_ids(self) -> frozenset[int]:
        """Ids that are white space alone, so that an answer made of them would look empty."""
        ids = sorted(self._backend.get_vocab(with_added_tokens=False).values())
        texts = self._backend.decode_batch([[token] for token in ids], skip_special_tokens=False)
        return frozenset(token for token, text in zip(ids, texts, strict=True) if not text.strip())

    @cached_property
    def pieces(self) -> Mapping[bytes, int]:
        """The bytes that a token stands for, and its id; control tokens stand for none.

        Raises:
            ConfigError: the vocabulary is of a kind that Lector cannot spell.
        """
        vocabulary = self._backend.get_vocab(with_added_tokens=False)
        spelled = {piece: token for piece, token in vocabulary.items() if piece not in self.special_tokens}
        if "Ġ" in vocabulary:  # byte-level BPE: a printable character for every byte
            alphabet = _byte_alphabet()
            return {bytes(alphabet[character] for character in piece): token for piece, token in spelled.items()}
        if "▁" in vocabulary:  # SentencePiece: text, and bytes where no piece has a character
            found = {bytes.fromhex(m[1]): token for piece, token in spelled.items() if (m := _BYTE.fullmatch(piece))}
            return found | {p.replace("▁", " ").encode(): t for p, t in spelled.items() if not _BYTE.fullmatch(p)}
        raise ConfigError("this checkpoint's tokenizer does not tell which bytes its tokens stand for")

    def decoder(self) -> TextStream:
        return TextStream(self._backend)


def _read_sentencepiece(directory: Path) -> Any:
    """A tokenizer as hosted: its own class is remote code, but the model in `tokenizer.model` says all.

    Control tokens and digits are symbols that SentencePiece never splits or joins; here they must be named.
    """
    from tokenizers import AddedToken
    from transformers import LlamaTokenizer

    tokenizer = LlamaTokenizer.from_pretrained(
        directory, local_files_only=True, add_bos_token=False, add_prefix_space=False
    )
    pieces = tokenizer.get_vocab()
    control = sorted(filter(_CONTROL.fullmatch, pieces), key=pieces.__getitem__)
    digits = [piece for piece in "0123456789" if piece in pieces]
    tokenizer.add_tokens([AddedToken(piece, special=True, normalized=False) for piece in control])
    tokenizer.add_tokens([AddedToken(piece, special=False, normalized=False) for piece in digits])
    return tokenizer


def _byte_alphabet() -> dict[str, int]:
    """The printable character that byte-level BPE writes for each byte: itself where it has one, else a later one."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + place): byte for place, byte in enumerate(hidden)}


class TextStream:
    """Ids in, text out, piece by piece; a character split over ids waits for its last one.

    So does a U+FFFD, which may be such a character's beginning; `finish` gives it out.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._restart()

    def _restart(self) -> None:
        self._stream = DecodeStream(skip_special_tokens=False)
        self._said: list[int] = []  # ids of the last piece that came out
        self._held: list[int] = []  # ids since then

    def feed(self, token_id: int) -> str:
        try:
            text = self._stream.step(self._backend, token_id) or ""
        except Exception:  # no narrower kind: a token that was forced into the bytes of a character makes other text
            self._restart()  # the character is lost, the answer goes on
            text = self._stream.step(self._backend, token_id) or ""
        self._held.append(token_id)
        if text:
            self._said, self._held = self._held, []
        return text

    def finish(self) -> str:
        """What was held back, at the end of the text: U+FFFD, be it one or the bytes of a character cut off."""
        said, whole = self._decode(self._said), self._decode(self._said + self._held)
        self._restart()
        return whole.removeprefix(said)  # decoded together, as a decoder may treat a text's first id in its own way

    def _decode(self, ids: list[int]) -> str:
        return self._backend.decode(ids, skip_special_tokens=False)


class StopStrings:
    """Ends a text at the first of several strings, also where one arrives in pieces.

    A stop string of white space alone is none in the white space that a text begins with, which would leave nothing.
    """

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = stop
        self._held = ""
        self._begun = False  # something visible came out
        self.stopped = False

    def feed(self, text: str) -> str:
        """What of `text` (and of what was held back) is certainly not part of a stop string."""
        if not self._stop or self.stopped:
            return "" if self.stopped else text
        text = self._held + text
        lead = 0 if self._begun else len(text) - len(text.lstrip())
        starts = {stop: lead if stop.isspace() else 0 for stop in self._stop}
        hits = [place for stop, start in starts.items() if (place := text.find(stop, start)) >= 0]
        if hits:
            self.stopped, self._held = True, ""
            return text[: min(hits)]
        keep = max(_overlap(text[start:], stop) for stop, start in starts.items())
        said, self._held = text[: len(text) - keep], text[len(text) - keep :]
        self._begun = self._begun or bool(said.strip())
        return said

    def finish(self) -> str:
        """What was held back, at the end of the text."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that begins `stop`."""
    return next((n for n in range(min(len(text), len(stop) - 1), 0, -1) if stop.startswith(text[-n:])), 0)

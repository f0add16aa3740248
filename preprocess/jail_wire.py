"""What goes through the pipe between Lector and a parser's process: two lengths, a message as JSON, and raw bytes.

Never pickle: what comes from the process that reads untrusted files can hold data, and no code.
"""

from __future__ import annotations

import json
import struct
from array import array
from typing import IO, Any

from preprocess.document import Box, Word
from preprocess.parser import Pixels

Message = dict[str, Any]

MOST = 16 * 2**20  # bytes of a message, and of what it has of numbers: 400,000 words on a page
_LENGTHS = struct.Struct("<QQ")


def send(pipe: IO[bytes], text: bytes, blob: bytes = b"") -> None:
    """A message as `encoded`, and raw bytes behind it.

    Raises:
        OSError: nobody reads any more.
    """
    pipe.write(_LENGTHS.pack(len(text), len(blob)) + text)
    pipe.write(blob)
    pipe.flush()


def receive(pipe: IO[bytes], room: int) -> tuple[Message, bytes]:
    """A message and the raw bytes behind it, at most `MOST` of them, or `room` where that is more.

    Raises:
        EOFError: the other side is gone.
        ValueError: it speaks nonsense, or too much.
    """
    text_length, blob_length = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    if text_length > MOST or blob_length > max(room, MOST):
        raise ValueError(f"{text_length + blob_length:,} bytes are more than was asked for")
    message = json.loads(_exactly(pipe, text_length))
    return message, _exactly(pipe, blob_length)


def encoded(message: Message) -> bytes:
    """Raises:
    ValueError: it is longer than `MOST`.
    """
    text = json.dumps(message, separators=(",", ":")).encode()
    if len(text) > MOST:
        raise ValueError(f"{len(text):,} bytes of text are more than are read")
    return text


def packed(value: Any) -> tuple[bytes, bytes]:
    """What a parser's function returned, as message and raw bytes: numbers, texts, lists of them, words, or pixels.

    Raises:
        ValueError: it is more than `MOST`.
    """
    if isinstance(value, Pixels):
        return encoded({"pixels": value[:3]}), value.data
    if isinstance(value, list) and value and isinstance(value[0], Word):
        # As numbers, not digits: half a page's time would go into writing and reading these.
        numbers = array("d", (number for word in value for number in _numbers(word))).tobytes()
        if len(numbers) > MOST:
            raise ValueError(f"{len(value):,} words are more than are read of a page")
        return encoded({"words": [word.text for word in value]}), numbers
    return encoded({"value": value}), b""


def unpacked(message: Message, blob: bytes) -> Any:
    """The value that `packed` was given, but that tuples have become lists."""
    if "pixels" in message:
        width, height, stride = message["pixels"]
        return Pixels(width, height, stride, blob)
    if "words" in message:
        numbers = iter(array("d", blob))
        rows = zip(message["words"], *[numbers] * 5, strict=True)
        return [Word(text, Box(x0, y0, x1, y1), sure) for text, x0, y0, x1, y1, sure in rows]
    return message["value"]


def _numbers(word: Word) -> tuple[float, float, float, float, float]:
    return word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.confidence


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data

"""Messages: what is said to a model, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import Image

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `reasoning` is the thought of a past assistant turn, if it is to be shown again."""

    role: Role
    parts: tuple[TextPart | ImagePart, ...]
    reasoning: str | None = None

    @staticmethod
    def of(role: Role, text: str) -> Message:
        return Message(role, (TextPart(text),))

    @property
    def text(self) -> str:
        """All text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

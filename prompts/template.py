"""Chat templates: messages in, the prompt's text out. A template is data, the Jinja file a tokenizer carries.

    from prompts.template import ChatTemplate
    ChatTemplate.named("chatml").render([Message.of("user", "Hello")], enable_thinking=None).text

The environment is the one transformers renders with, so that a checkpoint's own template works here unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image

from prompts.messages import ImagePart, Message, TextPart

_TEMPLATES = Path(__file__).parent / "templates"

_CONTROL = re.compile(r"<(?=\|[^|<>\s]{1,64}\|>)")
_CONTROL_OR_THOUGHT = re.compile(r"<(?=\|[^|<>\s]{1,64}\|>|/?(?:think|s)>|unk>|mask:\d+>)")


class TemplateError(ValueError):
    """A chat template that cannot be read or that refuses these messages, and why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt: its text with one image slot for each of `images`, in order.

    `opens_thought`: the prompt ends inside a thought, so the model's first words belong to it.
    """

    text: str
    images: tuple[Image.Image, ...]
    opens_thought: bool


class ChatTemplate:
    """One model's way of writing a conversation down. Safe to share between threads."""

    def __init__(self, source: str, special_tokens: Mapping[str, str] | None = None) -> None:
        """Compile `source`; `special_tokens` are the names (`bos_token`, ...) that some templates refer to."""
        self.source = source
        self._special_tokens = dict(special_tokens or {})
        try:
            self._template = _environment().from_string(source)
        except jinja2.TemplateError as error:
            raise TemplateError(f"The chat template is not valid Jinja: {error}") from error

    @staticmethod
    def named(name: str) -> ChatTemplate:
        """One of the templates that come with Lector."""
        known = sorted(path.stem for path in _TEMPLATES.glob("*.jinja"))
        if name not in known:
            raise TemplateError(f"There is no chat template {name!r}; known are {', '.join(known)}.")
        return ChatTemplate((_TEMPLATES / f"{name}.jinja").read_text(encoding="utf-8"))

    def render(
        self, messages: Sequence[Message], enable_thinking: bool | None, add_generation_prompt: bool = True
    ) -> Rendered:
        """Write `messages` down. `enable_thinking` None is not passed on: the template decides."""
        variables: dict[str, Any] = {
            **self._special_tokens,
            "messages": [_plain(message) for message in messages],
            "add_generation_prompt": add_generation_prompt,
        }
        if enable_thinking is not None:
            variables["enable_thinking"] = enable_thinking
        try:
            text = self._template.render(**variables)
        except (jinja2.TemplateError, TypeError) as error:
            raise TemplateError(f"The chat template refuses these messages: {error}") from error
        images = tuple(part.image for message in messages for part in message.parts if isinstance(part, ImagePart))
        opens_thought = add_generation_prompt and text.rstrip().endswith("<think>")
        return Rendered(text, images, opens_thought)


def _plain(message: Message) -> dict[str, Any]:
    """A message as templates expect it. Text alone becomes a string: many templates know nothing else."""
    harmless = _inert_assistant if message.role == "assistant" else inert
    content: str | list[dict[str, str]]
    if all(isinstance(part, TextPart) for part in message.parts):
        content = harmless(message.text)
    else:
        content = [
            {"type": "text", "text": harmless(part.text)} if isinstance(part, TextPart) else {"type": "image"}
            for part in message.parts
        ]
    plain: dict[str, Any] = {"role": message.role, "content": content}
    if message.reasoning is not None:
        plain["reasoning_content"] = inert(message.reasoning)
    return plain


def inert(text: str) -> str:
    """`text` without control tokens: a document must not end its turn, open a thought or add an image slot."""
    return _CONTROL_OR_THOUGHT.sub("< ", text)


def _inert_assistant(text: str) -> str:
    """The same for a past answer, whose thought tags some templates look for in order to drop them."""
    return _CONTROL.sub("< ", text)


class _Generation(Extension):
    """`{% generation %}` marks what an assistant said, for training masks; here its body is simply rendered."""

    tags = {"generation"}  # noqa: RUF012 - declared as an instance variable by Jinja

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    return environment


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja's own filter escapes HTML, which no model was trained on.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(form: str) -> str:
    return datetime.now().strftime(form)

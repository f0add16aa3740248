"""Split what a model writes into its thought and its answer, as it arrives.

    parser = ReasoningParser(enable_thinking=True, opens_thought=rendered.opens_thought)
    pieces = parser.feed(delta)   # pieces.reasoning, pieces.content
    pieces = parser.finish()

What the request asked for and how the prompt ended decide where the text begins; tags only move it on:

- `opens_thought`: inside the thought, whatever was asked: the template has no off switch;
- `enable_thinking` False: in the answer, to the end;
- True or None: in the thought if the text begins with `<think>`, else in the answer. So a template that opens no
  thought though it was asked to costs the thought, never the answer.

A thought ends at the first `</think>` and none begins after it; neither tag is ever part of the answer. `<response>` is
taken off as the first thing of the answer, `</response>` as the last; elsewhere they are what a document or its reader
says. Newlines that frame a section go with its tags: those after the tag that opens it, those before `</think>` and
`</response>`, and all white space behind the latter. Every other character comes out once, in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_IN_THOUGHT = ("<think>", "</think>")
_IN_ANSWER = (*_IN_THOUGHT, "</response>")
_FIRST_IN_ANSWER = (*_IN_ANSWER, "<response>")
_TAG = re.compile("|".join(_IN_THOUGHT))
_FIRST_TAG = re.compile(r"\A\s*<response>|" + _TAG.pattern)
_LAST_TAG = re.compile(r"</response>\s*\Z")
_LONGEST_TAG = max(len(tag) for tag in _FIRST_IN_ANSWER)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is new: of the thought, of the answer. Either may be empty."""

    reasoning: str = ""
    content: str = ""


class ReasoningParser:
    """One answer's split into thought and content. Feed it text in any pieces; the sum is always the same."""

    def __init__(self, enable_thinking: bool | None, opens_thought: bool) -> None:
        self._in_thought = opens_thought
        self._may_open = enable_thinking is not False
        self._trim_newlines = opens_thought
        self._section_empty = True
        self._buffer = ""
        self._finished = False

    @property
    def in_thought(self) -> bool:
        """Whether the next character belongs to the thought, as far as is known."""
        return self._in_thought

    def feed(self, text: str) -> Pieces:
        """Take in `text` and give back what is certain by now."""
        assert not self._finished, "feed() after finish()"
        self._buffer += text
        return self._drain(final=False)

    def finish(self) -> Pieces:
        """The rest: what was held back because it might have become a tag."""
        assert not self._finished, "finish() twice"
        self._finished = True
        return self._drain(final=True)

    def _drain(self, final: bool) -> Pieces:
        reasoning: list[str] = []
        content: list[str] = []
        while True:
            if self._trim_newlines:
                self._buffer = self._buffer.lstrip("\n")
                self._trim_newlines = not self._buffer
            first_in_answer = self._section_empty and not self._in_thought
            match = (_FIRST_TAG if first_in_answer else _TAG).search(self._buffer)
            out = reasoning if self._in_thought else content
            if match is None:
                if final:
                    self._drop_last_tag()
                out.append(self._take(len(self._buffer) if final else self._certain()))
                return Pieces("".join(reasoning), "".join(content))
            before = self._take(match.start(), tag=match.group())
            out.append(before)
            self._buffer = self._buffer[len(match.group()) :]
            self._pass(match.group())

    def _take(self, length: int, tag: str = "") -> str:
        """Cut `length` characters off the buffer; before a `tag`, less what only frames it."""
        text, self._buffer = self._buffer[:length], self._buffer[length:]
        if tag and self._section_empty and text.isspace():
            return ""
        if tag == "</think>" and self._in_thought:
            text = text.rstrip("\n")
        if text:
            self._section_empty = False
            self._may_open = False
        return text

    def _pass(self, tag: str) -> None:
        """Go past a tag: which section are we in, and do newlines after it belong to the frame?"""
        opens = tag == "<think>" and self._may_open
        closes = tag == "</think>" and self._in_thought
        self._may_open = False
        if opens or closes:
            self._in_thought = opens
            self._section_empty = True
        # A stray tag in mid-text goes alone: its newlines may be all that keeps two words apart.
        self._trim_newlines = self._section_empty

    def _drop_last_tag(self) -> None:
        """At the end of an answer, its `</response>` goes with the newlines before it."""
        if not self._in_thought and (last := _LAST_TAG.search(self._buffer)):
            self._buffer = self._buffer[: last.start()].rstrip("\n")

    def _certain(self) -> int:
        """How much of the buffer can be given out now: not a tag's beginning, nor space that may frame a tag."""
        end = len(self._buffer)
        start = self._buffer.rfind("<", max(0, end - _LONGEST_TAG))
        tags = _IN_THOUGHT if self._in_thought else _FIRST_IN_ANSWER if self._section_empty else _IN_ANSWER
        if start >= 0 and any(tag.startswith(self._buffer[start:]) for tag in tags):
            end = start
        if self._section_empty and not self._buffer[:end].strip():
            return 0
        if not self._in_thought and (last := _LAST_TAG.search(self._buffer, 0, end)):
            end = last.start()
        return len(self._buffer[:end].rstrip("\n"))

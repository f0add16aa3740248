"""The conversation as gradio's chat wants it: question, thought, answer, and below it citations and small print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from app.answer import Answer
from app.ui.asking import without_marks
from app.ui.render.head import mark, place, translated
from app.ui.session import Turn
from app.ui.words import Words
from preprocess.ranges import write_ranges
from prompts.grounding import Citation
from prompts.tasks import is_refusal

_LEFT_OUT = re.compile(r"There was no room for (\d+) lines; .* sets how much\.")  # as `app.notices` says it
_UNSEARCHED = re.compile(r"(\d+) of (\d+) pages were not searched; .* sets how many are\.")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
# What Markdown would take for marks in the words of a document: paths, ranges (9~12), names_with_lines, and 2*3*4.
_VALUE = re.compile(r"[\\~_]|(?<=\w)\*(?=\w)")
_LEADING = re.compile(r"^(\s*\d*)([-+*.)](?=\s|[-*]*$)|#+(?=\s|$))")


def chat(turns: Sequence[Turn], words: Words, editing: bool = False) -> list[dict[str, Any]]:
    """The conversation; the last turn, once it has ended, can be asked again and edited."""
    last = len(turns) - 1
    messages = []
    for index, turn in enumerate(turns):
        messages += _turn(index, turn, words, is_last=index == last and not editing)
    return messages


def _turn(index: int, turn: Turn, words: Words, is_last: bool) -> list[dict[str, Any]]:
    messages = [_message("user", plain(turn.question))]
    if turn.thought:
        pending = turn.state == "thinking"
        seconds = words.whole(max(round(turn.thought_seconds), 1))
        heading = words("thought.now") if pending else words("thought.done", seconds=seconds)
        messages.append(
            _message("assistant", plain(turn.thought), title=heading, status="pending" if pending else "done")
        )
    if turn.state == "done" and is_refusal(turn.text):
        messages.append(_message("assistant", words("answer.not_found")))
    elif turn.text:
        messages.append(_message("assistant", plain(turn.text if turn.ended else without_marks(turn.text))))
    elif status := _status(turn, words):
        messages.append(_message("assistant", f'<span class="status">{status}</span>'))
    if turn.ended:
        messages.append(_message("assistant", _small_print(index, turn, words, is_last)))
    return messages


def plain(text: str) -> str:
    """Markdown whose tags and pictures are only text: a tag would swallow what follows it, a picture would be fetched.

    So is what a value may be written with, and what a text of one line begins with: `- 12.50` and `05. Mai` are no
    lists. Code is left alone: markdown shows it as it is.
    """
    parts = _CODE.split(text)
    parts[::2] = [_VALUE.sub(r"\\\g<0>", escape(part, quote=False)).replace("![", "!\\[") for part in parts[::2]]
    if "\n" not in text.strip():
        parts[0] = _LEADING.sub(r"\1\\\2", parts[0])
    return "".join(parts)


def _message(role: str, content: str, **metadata: str) -> dict[str, Any]:
    return {"role": role, "content": content, "metadata": metadata or None}


def _status(turn: Turn, words: Words) -> str:
    """What is going on while there is nothing to read yet, or that nothing came."""
    if turn.state == "waiting":
        return words("answer.waiting")
    if turn.state == "reading":
        return words("answer.reading") + (f" {int(turn.running)} s" if turn.running >= 2 else "")
    if turn.state == "stopped":
        return words("answer.stopped_in_thought" if turn.thought else "answer.stopped_early")
    return ""


def _small_print(index: int, turn: Turn, words: Words, is_last: bool) -> str:
    parts = []
    if turn.error:
        parts.append(f'<div class="failed">{escape(turn.error)}</div>')
    if turn.answer and turn.state == "done":
        if turn.answer.calculation:
            parts.append(f'<div class="sum">{escape(words("answer.worked_out", sum=turn.answer.calculation))}</div>')
        parts += [_citation(index, number, cited, words) for number, cited in enumerate(turn.answer.citations)]
        parts += [f'<div class="caution">{escape(notice)}</div>' for notice in notices(turn.answer, words)]
    facts = [words("answer.stopped")] if turn.state == "stopped" and turn.text else []
    facts += _facts(turn, turn.answer, words) if turn.answer and turn.text else []
    if is_last:
        facts.append(f'<a class="act" href="#again">{words("ask.again")}</a>')
        facts.append(f'<a class="act" href="#edit">{words("ask.edit")}</a>')
    if facts:
        parts.append(f'<div class="facts">{" · ".join(facts)}</div>')
    return f'<div class="print">{"".join(parts)}</div>'


def _citation(turn: int, number: int, citation: Citation, words: Words) -> str:
    explained = words(f"quote.{mark(citation)}.long")
    return (
        f'<a class="cite {citation.status}" href="#cite-{turn}-{number}" title="{explained}">'
        f'<span class="where">{escape(place(citation, words))}</span> '
        f'<span class="quote">{escape(citation.quote)}</span> '
        f'<span class="badge">{words(f"quote.{mark(citation)}.short")}</span></a>'
    )


def notices(answer: Answer, words: Words) -> list[str]:
    """What a reader should know about an answer: what was left unread, first of all."""

    def left_out(found: re.Match[str]) -> str:
        return words.count("answer.left_out", int(found[1]), pages=write_ranges(answer.pages_read))

    def unsearched(found: re.Match[str]) -> str:
        return words.count("answer.unsearched", int(found[1]), of=words.whole(int(found[2])))

    return [
        _UNSEARCHED.sub(unsearched, _LEFT_OUT.sub(left_out, translated(notice, words))) for notice in answer.notices
    ]


def _facts(turn: Turn, answer: Answer, words: Words) -> list[str]:
    facts = [
        words.count("tokens", answer.usage.completion_tokens),
        f"{words.decimal(answer.timings.total)} s",
    ]
    of = words.whole(answer.page_count)
    if answer.pages_read and answer.page_count > 1 and answer.pages_read != turn.asked:
        pages = write_ranges(answer.pages_read)
        facts.insert(0, words.count("answer.read", len(answer.pages_read), pages=pages, of=of))
    if turn.asked:
        facts.insert(0, words.count("answer.part", len(turn.asked), pages=write_ranges(turn.asked), of=of))
    if turn.thinking.enabled is not None:
        how = "brief" if turn.thinking.effort else "think" if turn.thinking.enabled else "fast"
        facts.append(words(f"thinking.{how}"))
    return facts

"""The Python facade.

from app import Reader
answer = Reader().ask("invoice.pdf", "What is the total?")
print(answer.text, answer.citations)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from threading import Event
from time import perf_counter
from typing import Any

import torch
from PIL import Image

from app.answer import Answer, Timings
from app.answer_stream import AnswerStream
from app.charts import charts_of
from app.extraction import Extraction, filled
from app.notices import notices_of
from app.opening import open_file
from app.pictures import pictures, unpictured
from app.places import placed
from app.searched import read_pages
from app.settings import Settings
from app.tables import tables_of
from preprocess.charts.chart import Chart
from preprocess.document import Document
from preprocess.tables.find import Table
from prompts.auto import is_worked_out
from prompts.calculation import calculation, cited
from prompts.evidence import Evidence, build
from prompts.grounding import ground
from prompts.messages import Message
from prompts.normalised import normalised
from prompts.page_names import named_pages
from prompts.quotes import quotable
from prompts.retrieval import rank
from prompts.schema import Field, read_schema
from prompts.tasks import ask
from vlm.backends.base import Backend
from vlm.errors import ContextError
from vlm.load import best_nano_bits, load_backend, resolve_model, told_how_to_heal
from vlm.outputs import Delta, FinishReason, Usage
from vlm.sampling_params import Effort, SamplingParams

Source = str | os.PathLike[str] | bytes | Image.Image | Document

PROMPT_OVERHEAD = 128  # tokens of the template and of the system sentence, generously


class Reader:
    """Reads documents with one model, which it loads once. Safe to use from several threads.

    Args:
        model: `nano`, a checkpoint's directory, or a hub id; None takes it from `settings`.
        backend: serve with this instead of loading a model.
        progress: told, in a sentence, what a long first start is doing.

    Raises:
        VLMError: the model is not here or cannot be used, and why.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        settings: Settings | None = None,
        backend: Backend | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        settings = settings if settings is not None else Settings.load()
        self.settings = settings = settings if model is None else replace(settings, model=model)
        self.backend: Backend
        if backend is not None:
            self.backend = backend
            return
        if settings.threads:
            torch.set_num_threads(settings.threads)
        bits = best_nano_bits(settings.dtype, settings.device)
        directory = resolve_model(settings.model, settings.cache, settings.nano_wheel, progress, bits)
        progress("Loading the model")
        with told_how_to_heal(settings.model, directory):
            self.backend = load_backend(
                directory,
                settings.model,
                settings.dtype,
                settings.device,
                room=settings.room,
                kernels=settings.kernels,
                cache=settings.cache,
                progress=progress,
                picture_cache_mb=settings.picture_cache_mb,
            )

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def open(
        self, file: Source, name: str | None = None, password: str | None = None, pages: str | None = None
    ) -> Document:
        """A document, to ask several questions about without reading it again.

        Args:
            pages: read these alone, counted from 1, below zero from the end: `1-5,8,-3--1`. Their numbers stay.

        Raises:
            DocumentError: it cannot be read, and why.
            ValueError: `pages` is not written like that.
        """
        if isinstance(file, Document):
            return file
        return open_file(file, self.settings, name, password, pages)

    def ask(
        self,
        file: Source,
        question: str,
        *,
        enable_thinking: bool | None = None,
        effort: Effort | None = None,
        grounded: bool = False,
        params: SamplingParams | None = None,
    ) -> Answer:
        """Answer a question about a file (a path, bytes, a picture, or an opened document).

        Args:
            enable_thinking: reason first (True), answer at once (False), or, None, the former for what must be worked
                out of several values (`prompts.auto`), else as the model likes: nano where it is unsure.
            effort: think, and so much at most: low, medium or high (`SamplingParams.effort`).
            grounded: answer only in words that the document has, letter by letter, or that were measured in its chart,
                or with the refusal; not for what must be computed. It comes all at once.
            params: how tokens are chosen; greedy with the settings' limits by default.

        Raises:
            DocumentError: the file cannot be read. ContextError: the question does not fit the model. ConfigError:
                `grounded`, and the model cannot be held to it.
        """
        return self.stream(
            file, question, enable_thinking=enable_thinking, effort=effort, grounded=grounded, params=params
        ).answer

    def stream(
        self,
        file: Source,
        question: str,
        *,
        enable_thinking: bool | None = None,
        effort: Effort | None = None,
        grounded: bool = False,
        params: SamplingParams | None = None,
        history: Sequence[Message] = (),
        cancel: Event | None = None,
        hurry: Event | None = None,
    ) -> AnswerStream:
        """The same, piece by piece. `history` holds earlier questions and answers about the same file; setting `cancel`
        stops the work, setting `hurry` closes the thought where it is, and the answer follows."""
        started = perf_counter()
        settings = self.settings
        if params is None:
            params = SamplingParams(settings.max_tokens, answer_tokens=settings.answer_tokens)
        if effort is not None:
            params = replace(params, effort=effort)
            enable_thinking = True if enable_thinking is None else enable_thinking
        cancel = cancel if cancel is not None else Event()
        document = self.open(file)
        context = self.backend.info.max_model_len
        asked = " ".join([question, *(message.text for message in history)])
        # Half the context belongs to the prompt, however long an answer may get; the backend lowers what does not fit.
        room = context - min(params.max_tokens, context // 2) - PROMPT_OVERHEAD - self.backend.count_tokens(asked)
        share = room // 2 if self.backend.info.use_image_tokens else room
        most = settings.max_evidence_tokens or self.backend.info.max_evidence_tokens
        evidence, named, unreadable = self._evidence(document, question, asked, min(most, share), cancel)
        left = room - self.backend.count_tokens(evidence.text)
        images = pictures(self.backend, document, evidence, asked, named, left)
        unseen = unpictured(self.backend, evidence, images)
        read = perf_counter() - started
        # `ask` labels pictures with the pages shown, from the first one on: here those that have a picture.
        messages = ask(replace(evidence, pages_shown=tuple(images)), question, [*images.values()], history)
        if grounded:
            params = replace(params, grounded_in=quotable(evidence))
        auto = enable_thinking is None and not grounded
        thinks = True if auto and is_worked_out(question) else enable_thinking
        deltas = self.backend.stream(messages, params, thinks, cancel, hurry)

        def finish(seen: list[Delta], first: float) -> Answer:
            timings = Timings(read, first - started, perf_counter() - started)
            notices = partial(notices_of, evidence, document, unreadable, unseen, enable_thinking)
            return self._answer(document, question, evidence, unreadable, seen, timings, notices)

        return AnswerStream(deltas, finish, cancel)

    def extract(self, file: Source, schema: Any, *, grounded: bool = False, cancel: Event | None = None) -> Extraction:
        """Fill in a schema from a file: a question for each of its fields, as `ask` asks it; lists come from tables.

        Args:
            schema: a JSON Schema, a pydantic model's class, `invoice` or another ready one, or a JSON file's path; see
                `prompts.schema`.
            cancel: once set, the fields not yet asked are left out.

        Raises:
            SchemaError: the schema cannot be filled in. DocumentError, ContextError: as `ask` does.
        """
        started = perf_counter()
        fields = read_schema(schema)
        document = self.open(file)

        def answer(part: Document, field: Field) -> Answer:
            return self.stream(part, field.question, grounded=grounded, cancel=cancel).answer

        values, lists = filled(fields, document, answer, cancel)
        return Extraction(values, document.page_count, perf_counter() - started, self.backend.info.name, lists)

    def tables(self, file: Source) -> tuple[Table, ...]:
        """The tables of a file, found without asking the model. Raises DocumentError if it cannot be read."""
        return tables_of(self.open(file))

    def charts(self, file: Source) -> tuple[Chart, ...]:
        """The charts of a file, one a page at most, read without asking the model.

        Raises:
            NoChart: there is none that can be read, and why. DocumentError: the file cannot be read.
        """
        return charts_of(self.open(file))

    def chart(self, file: Source) -> Chart:
        """The first chart of a file; see `charts`."""
        return self.charts(file)[0]

    def close(self) -> None:
        """Stop the model's thread; the memory goes with the last reference to the reader."""
        self.backend.close()

    def _evidence(
        self, document: Document, question: str, asked: str, budget: int, cancel: Event
    ) -> tuple[Evidence, list[int], tuple[int, ...]]:
        """Numbered lines, up to `budget` tokens: of a longer document those that the talk so far, `asked`, is about.

        Pages that the question names are read, and then others from the first one on, as many as the settings say; the
        numbers of those that it names are given, too, and of those that cannot be read.

        Raises:
            DocumentError: none of them can be read.
            ContextError: there are words, but no room for one line of them.
        """
        there = {page.number for page in document.pages}
        named = [number for number in named_pages(question, document.page_count) if number in there]
        pages, unreadable = read_pages(document, named, self.settings.search_pages, cancel)
        # Where what was named cannot be read, the others may say it, too; a notice tells.
        named = [number for number in named if number not in unreadable]
        order, count = partial(rank, asked, named), self.backend.count_tokens
        evidence = build(pages, document.page_count, max(budget, 0), count, order, named)
        if evidence.omitted_lines and not evidence.pages_shown:
            raise ContextError(
                "the question and the conversation leave no room for the document; ask a shorter question, begin a new "
                "conversation, or raise max_evidence_tokens"
            )
        return evidence, named, unreadable

    def _answer(
        self,
        document: Document,
        question: str,
        evidence: Evidence,
        unreadable: tuple[int, ...],
        seen: list[Delta],
        timings: Timings,
        notices: Callable[[FinishReason, str], tuple[str, ...]],
    ) -> Answer:
        grounded = ground("".join(delta.content for delta in seen).strip(), evidence, question)
        reasoning = "".join(delta.reasoning for delta in seen).strip()
        worked_out = calculation(reasoning, grounded.text)
        citations = (worked_out and cited(worked_out, evidence)) or grounded.citations
        reason: FinishReason = (seen[-1].finish_reason if seen else None) or "abort"
        return Answer(
            text=grounded.text,
            normalised=normalised(grounded.text),
            reasoning=reasoning or None,
            citations=placed(citations, document),
            usage=(seen[-1].usage if seen else None) or Usage(),
            timings=timings,
            finish_reason=reason,
            pages_read=evidence.pages_shown,
            page_count=document.page_count,
            omitted_lines=evidence.omitted_lines,
            model=self.backend.info.name,
            notices=notices(reason, reasoning),
            pages_unreadable=unreadable,
            calculation=worked_out.text if worked_out else None,
        )

"""Lector's own engine behind the door: processor, engine thread, incremental text, reasoning parser."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property, lru_cache
from threading import Event

import torch

from prompts.messages import Message
from prompts.reasoning import ReasoningParser
from prompts.tasks import NOT_FOUND
from prompts.template import inert
from vlm.backends.base import ModelInfo
from vlm.backends.worker import EngineWorker
from vlm.engine.answer_guard import SHORTEST_WITH_THOUGHT, AnswerGuard
from vlm.engine.beam import Beam
from vlm.engine.engine import Engine
from vlm.engine.repetition import is_looping
from vlm.engine.sequence_bias import SequenceBias
from vlm.engine.think_if_unsure import ThinkIfUnsure
from vlm.errors import ContextError
from vlm.grounded import Fixed, Quotes, Spelling
from vlm.inputs import ModelInputs
from vlm.model.positions import merged_grid
from vlm.outputs import Delta, FinishReason, Usage
from vlm.processor import Processor
from vlm.sampling_params import SamplingParams
from vlm.sums import Spelled, Sums
from vlm.tokenizer import END_THINK, THINK, StopStrings

SHORT, KEPT = 400, 1 << 14  # characters of a text whose number of tokens is kept, and how many such


class OwnBackend:
    """A checkpoint served by this process. Safe to call from several threads; requests run side by side."""

    def __init__(self, info: ModelInfo, processor: Processor, engine: Engine) -> None:
        self.info = info
        self.processor = processor
        self.worker = EngineWorker(engine)
        tokenizer = processor.tokenizer
        self._think_id, self._end_think_id = tokenizer.id_of(THINK), tokenizer.id_of(END_THINK)
        self._stop_ids = processor.config.eos_token_ids
        self._control_ids = torch.tensor(sorted(self._never_said()), device=engine.runner.device)
        self._blank_ids = tokenizer.blank_ids()
        self._count_short = lru_cache(KEPT)(self._count)

    def count_tokens(self, text: str) -> int:
        """Those of short texts are kept: a document's lines are counted for every question about it."""
        return self._count_short(text) if len(text) <= SHORT else self._count(text)

    def _count(self, text: str) -> int:
        """As a prompt will hold it: a chat template makes control tokens that a text spells harmless, so longer."""
        return len(self.processor.tokenizer.encode(inert(text)))

    def count_image_tokens(self, width: int, height: int) -> int:
        grid = self.processor.image_processor.grid(width, height)
        return math.prod(merged_grid(grid, self.processor.image_processor.merge_size))

    def stream(
        self,
        messages: Sequence[Message],
        params: SamplingParams,
        enable_thinking: bool | None = None,
        cancel: Event | None = None,
        hurry: Event | None = None,
    ) -> Iterator[Delta]:
        """See `Backend.stream`."""
        inputs, opens_thought = self.processor(messages, enable_thinking)
        params = self._fit(params, len(inputs.token_ids), opens_thought)
        guard = self._guard(params, enable_thinking, opens_thought, hurry)
        bias = SequenceBias(self.processor.sequence_bias, inputs.token_ids)
        parser = ReasoningParser(enable_thinking, opens_thought)
        text, stop = self.processor.tokenizer.decoder(), StopStrings(tuple(params.stop))
        output_ids: list[int] = []
        reason: FinishReason = "abort"
        drafts = 0, 0
        search = self._search(params, guard, bias)
        sums = (Sums(guard.open_thought, self._spelled),) if self.processor.exact_sums else ()
        unsure = self._unsure(params) if enable_thinking is None and not opens_thought and search is None else ()
        seq_id = self.worker.submit(inputs, params, self._stop_ids, (bias, *unsure, *sums, guard), search)
        with closing(self.worker.outputs(seq_id, cancel)) as outputs:
            for output in outputs:
                reason = output.finish_reason or reason
                drafts = output.drafted, output.accepted
                if output.token_id is None:
                    continue
                output_ids.append(output.token_id)
                pieces = parser.feed(text.feed(output.token_id))
                content = stop.feed(pieces.content)
                if content or pieces.reasoning:
                    yield Delta(content, pieces.reasoning)
                if stop.stopped:
                    reason = "stop"
                    break
        cut, rest = parser.feed(text.finish()), parser.finish()
        content = stop.feed(cut.content + rest.content) + stop.finish()
        if stop.stopped:  # also by what the parser held back until now
            reason = "stop"
        elif reason == "stop" and is_looping(guard.said(output_ids)):
            reason = "repetition"
        reasoning = cut.reasoning + rest.reasoning
        yield Delta(content, reasoning, reason, self._usage(inputs, guard, output_ids, *drafts))

    def close(self) -> None:
        self.worker.close()

    def _never_said(self) -> set[int]:
        """Ids that are no part of an answer: pictures, padding, and other marks of the prompt's form."""
        config, tokenizer = self.processor.config, self.processor.tokenizer
        marks = {i for token, i in tokenizer.special_tokens.items() if token.startswith("<|")}
        names = ("bos_token", "pad_token", "unk_token", "cls_token", "mask_token")
        named = {tokenizer.id_of(tokenizer.named_special_tokens.get(name, "")) for name in names}
        vision = set(config.tokens.vision_ids) if config.tokens else set()
        never = marks | {i for i in named if i is not None} | vision
        return {i for i in never if i < config.text.vocab_size} - {*self._stop_ids, self._think_id, self._end_think_id}

    def _fit(self, params: SamplingParams, prompt_tokens: int, opens_thought: bool) -> SamplingParams:
        """Lower `max_tokens` to what the context has left; the answer's own share must still fit."""
        least = 2 if opens_thought else 1  # one token closes the thought, one answers
        params = replace(params, max_tokens=max(params.max_tokens, least))
        room = self.info.max_model_len - prompt_tokens
        needed = max(min(params.answer_tokens, params.max_tokens), least)
        if room < needed:
            raise ContextError(
                f"the prompt takes {prompt_tokens} of {self.info.max_model_len} tokens, which leaves {max(room, 0)} "
                f"of the {needed} for an answer; shorten the prompt, or lower answer_tokens ({params.answer_tokens})"
            )
        return replace(params, max_tokens=min(params.max_tokens, room))

    def _guard(
        self, params: SamplingParams, enable_thinking: bool | None, opens_thought: bool, hurry: Event | None
    ) -> AnswerGuard:
        return AnswerGuard(
            opens_thought=opens_thought and self._end_think_id is not None,
            think_id=self._think_id,
            end_think_id=self._end_think_id,
            allow_thinking=enable_thinking is not False,
            reasoning_budget=params.thought_budget(opens_thought),
            max_tokens=params.max_tokens,
            stop_ids=self._stop_ids,
            blank_ids=self._blank_ids,
            control_ids=self._control_ids,
            hurry=hurry,
        )

    def _unsure(self, params: SamplingParams) -> tuple[ThinkIfUnsure, ...]:
        """For a request that leaves open whether to think, if the checkpoint would and there is room."""
        opening = self.processor.thought_opening
        has_room = params.max_tokens >= len(opening) + SHORTEST_WITH_THOUGHT
        if not (opening and opening[0] == self._think_id and has_room):
            return ()
        return (ThinkIfUnsure(self.processor.think_below, opening),)

    @cached_property
    def _pieces(self) -> dict[bytes, int]:
        """What may be said, by its bytes."""
        never, size = self._never_said(), self.processor.config.text.vocab_size
        pieces = self.processor.tokenizer.pieces
        return {piece: token for piece, token in pieces.items() if token < size and token not in never}

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._pieces)

    @cached_property
    def _spelled(self) -> Spelled:
        return Spelled(self._pieces)

    def _search(self, params: SamplingParams, guard: AnswerGuard, bias: SequenceBias) -> Beam | None:
        """For a grounded answer: over the quotes of its text, and the refusal, which competes by its score."""
        if params.grounded_in is None:
            return None
        refusal = Fixed(tuple(self.processor.tokenizer.encode(NOT_FOUND)))
        return Beam((Quotes(params.grounded_in, self._spelling).start, refusal), guard.is_lead, bias=bias)

    def _usage(
        self, inputs: ModelInputs, guard: AnswerGuard, output_ids: Sequence[int], drafted: int, accepted: int
    ) -> Usage:
        thought, _ = guard.split(output_ids)
        return Usage(
            prompt_tokens=len(inputs.token_ids),
            image_tokens=sum(inputs.image_slots),
            completion_tokens=len(output_ids),
            reasoning_tokens=len(thought or ()),
            draft_tokens=drafted,
            accepted_tokens=accepted,
        )

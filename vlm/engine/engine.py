"""The engine: `add_request`, then `step` after `step`; each is schedule, run, postprocess.

It speaks ids and tensors only, and belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import torch

from vlm.engine.block_pool import BlockPool
from vlm.engine.config import EngineConfig, kv_dtype
from vlm.engine.decode_graphs import DecodeGraphs, can_record, cuda_recorder
from vlm.engine.model_runner import ModelRunner
from vlm.engine.pictures import Disk, PictureCache, picture_names
from vlm.engine.scheduler import Scheduled, Scheduler
from vlm.engine.sequence import LogitsProcessor, Search, Sequence
from vlm.errors import ContextError, VLMError
from vlm.inputs import ModelInputs
from vlm.model.ernie_vl import ErnieVL, vision_mask
from vlm.model.kv_cache import KVMemory
from vlm.outputs import FinishReason
from vlm.sampling_params import SamplingParams


@dataclass(frozen=True, slots=True)
class StepOutput:
    """What a pass brought for one sequence. A stop token ends it and is not passed on."""

    seq_id: int
    token_id: int | None
    finish_reason: FinishReason | None
    drafted: int = 0  # tokens that were read ahead for the sequence so far, and how many of them it said
    accepted: int = 0
    error: VLMError | None = None  # what ended it, and nobody else


class PassFailed(VLMError):
    """A pass that brought nothing. Those whose tokens it read have ended; those that wait have not."""

    def __init__(self, message: str, seq_ids: Seq[int]) -> None:
        super().__init__(message)
        self.seq_ids = seq_ids


class Engine:
    def __init__(self, model: ErnieVL, config: EngineConfig, disk: Disk | None = None) -> None:
        """`disk`: where encoded pictures of this model are kept beyond the program's end."""
        dtype = kv_dtype(config.kv_cache_dtype, model.language_model.embed_tokens.weight.dtype)
        memory = KVMemory.of(model.config.text, config.max_kv_tokens, dtype, model.device)
        self.config = config
        self.scheduler = Scheduler(config, BlockPool(memory, config.keeps_prefixes), _vision_ids(model))
        graphs = DecodeGraphs(model, memory, cuda_recorder(model.device)) if can_record(model) else None
        self.runner = ModelRunner(model, PictureCache(config.picture_cache_mb * 2**20, disk), graphs)
        self.num_steps = 0
        self._sequences: dict[int, Sequence] = {}
        self._next_id = 0

    def add_request(
        self,
        inputs: ModelInputs,
        params: SamplingParams,
        stop_token_ids: Seq[int] = (),
        logits_processors: Seq[LogitsProcessor] = (),
        search: Search | None = None,
    ) -> int:
        """Queue a prompt; its id. With a `search`, the answer comes all at once, when it is found.

        Raises:
            ContextError: prompt and answer together are longer than `max_model_len`.
        """
        assert inputs.token_ids, "an empty prompt has no last token to go on from"
        stops, processors = frozenset(stop_token_ids), tuple(logits_processors)
        sequence = Sequence(self._next_id, inputs, params, stops, processors, search)
        if sequence.max_tokens > self.config.max_model_len:
            raise ContextError(
                f"a prompt of {sequence.num_prompt_tokens} tokens and an answer of up to {params.max_tokens} do not "
                f"fit the context of {self.config.max_model_len}; shorten the prompt, or lower max_tokens"
            )
        sequence.picture_names = picture_names(inputs)
        self._next_id += 1
        self._sequences[sequence.seq_id] = sequence
        self.scheduler.add(sequence)
        return sequence.seq_id

    def abort(self, seq_id: int) -> None:
        """End a request; nothing more is computed for it. An unknown or finished id is no error."""
        sequence = self._sequences.pop(seq_id, None)
        if sequence is not None:
            self.scheduler.finish(sequence)

    @property
    def has_unfinished(self) -> bool:
        return bool(self._sequences)

    def step(self) -> list[StepOutput]:
        """One pass; a new token or several, or the end, for every sequence whose prompt has been read.

        A sequence that is searched for its answer gets nothing until that is found, and then all of it.

        Raises:
            PassFailed: for the sequences of the pass. What fails for one alone is the `error` of its output.
        """
        batch = self.scheduler.schedule(self.runner.exact_tokens(self.scheduler.pool.memory.keys))
        if not batch:
            return []
        try:
            tokens = self.runner.run(batch)
        except Exception as error:  # torch raises a RuntimeError for everything, no memory among it
            raise self._failed(batch, error) from error
        self.num_steps += 1
        failed = {seq_id: said for seq_id, said in tokens.items() if isinstance(said, VLMError)}
        self.scheduler.after_pass([item for item in batch if item.owner.seq_id not in failed])
        outputs = []
        for seq_id, said in tokens.items():
            if isinstance(said, VLMError):
                self.abort(seq_id)
                outputs.append(StepOutput(seq_id, None, "abort", error=said))
            else:
                outputs += self._outputs(self._sequences[seq_id], said)
        return outputs

    def _outputs(self, sequence: Sequence, token_ids: Seq[int]) -> list[StepOutput]:
        outputs = []
        for token_id in token_ids:
            reason = self.scheduler.postprocess(sequence, token_id)
            token, drafts = None if reason == "stop" else token_id, sequence.drafts
            outputs.append(StepOutput(sequence.seq_id, token, reason, drafts.drafted, drafts.accepted))
            if reason is not None:
                del self._sequences[sequence.seq_id]
                break
        return outputs

    def _failed(self, batch: Seq[Scheduled], error: Exception) -> PassFailed:
        """End what a failed pass was for: nobody knows which of its keys and values were written."""
        seq_ids = tuple({item.owner.seq_id: None for item in batch})
        for seq_id in seq_ids:
            self.abort(seq_id)
        return PassFailed(
            f"the model could not read on, and the answer ended ({type(error).__name__}: {error}); if memory ran out, "
            "ask for less at once, or use a smaller context",
            seq_ids,
        )


def _vision_ids(model: ErnieVL) -> frozenset[int]:
    """Ids that go to the vision experts."""
    if model.config.tokens is None:
        return frozenset()
    ids = torch.arange(model.config.text.vocab_size)
    return frozenset(ids[vision_mask(ids, model.config.tokens)].tolist())

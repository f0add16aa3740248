"""The engine: `add_request`, then `step` after `step`; each is schedule, run, postprocess.

It speaks ids and tensors only, and belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

from vlm.engine.block_pool import BlockPool
from vlm.engine.config import EngineConfig, kv_dtype
from vlm.engine.decode_graphs import DecodeGraphs, can_record, cuda_recorder
from vlm.engine.model_runner import ModelRunner
from vlm.engine.pictures import Disk, PictureCache, picture_names
from vlm.engine.scheduler import Scheduler
from vlm.engine.sequence import LogitsProcessor, Search, Sequence
from vlm.errors import ContextError
from vlm.inputs import ModelInputs
from vlm.model.ernie_vl import ErnieVL
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


class Engine:
    def __init__(self, model: ErnieVL, config: EngineConfig, disk: Disk | None = None) -> None:
        """`disk`: where encoded pictures of this model are kept beyond the program's end."""
        dtype = kv_dtype(config.kv_cache_dtype, model.language_model.embed_tokens.weight.dtype)
        memory = KVMemory.of(model.config.text, config.max_kv_tokens, dtype, model.device)
        self.config = config
        self.scheduler = Scheduler(config, BlockPool(memory, config.keeps_prefixes))
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
        """
        batch = self.scheduler.schedule(self.runner.exact_tokens(self.scheduler.pool.memory.keys))
        if not batch:
            return []
        tokens = self.runner.run(batch)
        self.num_steps += 1
        self.scheduler.after_pass(batch)
        outputs = []
        for seq_id, token_ids in tokens.items():
            for token_id in token_ids:
                sequence = self._sequences[seq_id]
                reason = self.scheduler.postprocess(sequence, token_id)
                token = None if reason == "stop" else token_id
                outputs.append(StepOutput(seq_id, token, reason, sequence.drafts.drafted, sequence.drafts.accepted))
                if reason is not None:
                    del self._sequences[seq_id]
                    break
        return outputs

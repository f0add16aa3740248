"""vLLM on the processor as a peer: a process that serves a text checkpoint, in bf16, as it comes.

with Vllm(python, directory, longest=304, streams=8) as peer:
    tokens_a_second = peer.rate(prompts, 48)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.child import Child
from bench.spread import rate_behind_first

_RUN = """
import os, time
os.environ |= {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
state = {}
def answer(request):
    from vllm import LLM, SamplingParams
    if "path" in request:
        state["llm"] = LLM(
            model=request["path"], dtype="bfloat16", skip_tokenizer_init=True, max_model_len=request["longest"],
            max_num_seqs=request["streams"], enable_prefix_caching=False,
        )
        return True
    params = SamplingParams(temperature=0, max_tokens=request["tokens"], ignore_eos=True, detokenize=False)
    prompts = [{"prompt_token_ids": prompt} for prompt in request["prompts"]]
    began = time.perf_counter()
    answers = state["llm"].generate(prompts, params, use_tqdm=False)
    took = time.perf_counter() - began
    if any(len(answer.outputs[0].token_ids) != request["tokens"] for answer in answers):
        raise RuntimeError("vLLM ended an answer early")
    return took
"""


class Vllm(Child):
    """vLLM with a model that is loaded and compiled. `python` has `vllm-cpu`.

    Raises:
        ChildError: it cannot be run.
    """

    def __init__(self, python: str, checkpoint: Path, longest: int, streams: int) -> None:
        super().__init__(python, _RUN, {"path": str(checkpoint), "longest": longest, "streams": streams})

    def rate(self, prompts: Sequence[Sequence[int]], tokens: int) -> float:
        """Tokens a second over all `prompts`, less the time until the first of each.

        Raises:
            ChildError: it fails.
        """
        asked = [list(prompt) for prompt in prompts]
        first, whole = (float(self.ask({"prompts": asked, "tokens": count})) for count in (1, tokens))
        return rate_behind_first(len(prompts), tokens, first, whole)

"""Lector's own engine behind the door, on a tiny checkpoint: text in, text out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import huggingface_hub
import pytest
import torch
from PIL import Image

from prompts.messages import ImagePart, Message, TextPart
from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.engine.repetition import LEAST
from vlm.errors import CheckpointError, ConfigError, ContextError, ModelUnavailable, VLMError
from vlm.generation_config import GenerationConfig
from vlm.load import load_backend, resolve_model
from vlm.processor import stop_token_ids
from vlm.sampling_params import SamplingParams
from vlm.tokenizer import Tokenizer
from vlm.weights import INDEX

PARAMS = SamplingParams(max_tokens=40, answer_tokens=10)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def backend(toy):
    backend = load_backend(toy, dtype="float32", device="cpu")
    yield backend
    backend.close()


def question(text="What is the total?"):
    return [Message.of("user", text)]


def picture(width, height, seed=0):
    pixels = torch.randint(0, 256, (height, width, 3), generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)
    return Image.fromarray(pixels.numpy())


def copied(toy, folder):
    for path in toy.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def whole(backend, messages, params=PARAMS, thinking=None):
    deltas = list(backend.stream(messages, params, thinking))
    last = deltas[-1]
    return "".join(d.reasoning for d in deltas), "".join(d.content for d in deltas), last.finish_reason, last.usage


def test_an_answer_with_usage(backend):
    reasoning, content, reason, usage = whole(backend, question())
    assert content.strip() and not reasoning
    assert reason in ("stop", "length")
    assert 0 < usage.completion_tokens <= 40 and usage.reasoning_tokens == 0
    assert usage.prompt_tokens > len("What is the total?")  # one token a byte, and the template


def test_greedy_answers_repeat_and_streams_of_several_threads_do_not_mix(backend):
    prompts = [question(f"Question number {n}?") for n in range(6)]
    alone = [whole(backend, prompt)[1] for prompt in prompts]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda prompt: whole(backend, prompt)[1], prompts))
    assert together == alone
    assert len(set(alone)) > 1


@pytest.mark.parametrize("budget", [0, 3, None])
def test_a_thought_keeps_to_its_budget_and_leaves_an_answer(backend, budget):
    params = SamplingParams(max_tokens=40, answer_tokens=10, reasoning_max_tokens=budget)
    _, content, _, usage = whole(backend, question(), params, thinking=True)
    assert content.strip()
    assert usage.reasoning_tokens <= (29 if budget is None else budget)
    assert "think>" not in content


@pytest.mark.parametrize(("effort", "most"), [("low", 7), ("medium", 14), ("high", 29), (None, 29)])
def test_effort_is_a_share_of_the_room_for_thought(backend, effort, most):
    params = SamplingParams(max_tokens=40, answer_tokens=10, effort=effort)
    assert params.thought_budget() == most
    *_, usage = whole(backend, question(), params, True)
    assert usage.reasoning_tokens <= most
    assert replace(params, reasoning_max_tokens=3).thought_budget() == 3
    with pytest.raises(ConfigError, match="effort is 'huge'"):
        replace(params, effort="huge")


def test_an_answer_that_runs_in_a_circle_is_ended_and_says_so(backend, monkeypatch):
    """A model that says one word for ever."""
    compute = backend.worker.engine.runner.model.compute_logits
    monkeypatch.setattr(
        backend.worker.engine.runner.model,
        "compute_logits",
        lambda hidden: compute(hidden).index_fill(1, torch.tensor([40]), 1e6),
    )
    *_, reason, usage = whole(backend, question(), SamplingParams(max_tokens=400, answer_tokens=10), False)
    assert reason == "repetition" and LEAST < usage.completion_tokens < 2 * LEAST


def test_thinking_off_never_yields_a_thought(backend):
    for seed in range(5):
        params = SamplingParams(max_tokens=30, answer_tokens=10, temperature=2.0, seed=seed)
        reasoning, content, _, usage = whole(backend, question(), params, thinking=False)
        assert not reasoning and usage.reasoning_tokens == 0 and content.strip()


def test_a_seed_repeats_and_another_does_not(backend):
    def draw(seed):
        return whole(backend, question(), SamplingParams(max_tokens=30, answer_tokens=5, temperature=1.0, seed=seed))[1]

    assert draw(1) == draw(1) != draw(2)


def test_a_picture_takes_its_tokens_and_changes_the_answer(backend):
    def ask(image):
        return whole(backend, [Message("user", (ImagePart(image), TextPart("What is this?")))])

    _, first, _, usage = ask(picture(140, 84))
    assert usage.image_tokens == 5 * 3 == backend.count_image_tokens(140, 84)
    assert first != ask(picture(140, 84, seed=1))[1]


def test_stop_strings_are_not_part_of_the_answer(backend):
    _, content, _, _ = whole(backend, question())
    stop = content[5:8]
    params = SamplingParams(max_tokens=40, answer_tokens=10, stop=(stop,))
    _, cut, reason, _ = whole(backend, question(), params)
    assert cut == content[: content.index(stop)] and reason == "stop"


def test_a_prompt_too_long_names_the_knob_and_the_answer_is_cut_to_fit(backend):
    with pytest.raises(ContextError, match="shorten the prompt"):
        whole(backend, question("x" * 2100))
    _, _, reason, usage = whole(backend, question("x" * 1900), SamplingParams(max_tokens=500, answer_tokens=10))
    assert usage.prompt_tokens + usage.completion_tokens <= 2048
    assert reason in ("stop", "length")


def test_a_failed_pass_ends_its_request_and_the_next_one_works(backend, monkeypatch):
    runner = backend.worker.engine.runner

    def fail(batch):
        raise RuntimeError("out of memory")

    with monkeypatch.context() as broken:
        broken.setattr(runner, "run", fail)
        with pytest.raises(VLMError, match="out of memory"):
            whole(backend, question())
    assert whole(backend, question())[1].strip()
    backend.worker.engine.scheduler.check_integrity()


def test_bf16_runs(toy):
    backend = load_backend(toy, dtype="bfloat16", device="cpu")
    assert whole(backend, [Message("user", (ImagePart(picture(56, 56)), TextPart("What?")))])[1].strip()
    backend.close()


def test_names_that_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="neither a directory nor a hub id"):
        resolve_model("no-such-model")
    with pytest.raises(ModelUnavailable, match="bring its files"):
        resolve_model("nobody/nothing")
    with pytest.raises(CheckpointError, match=r"config\.json"):
        load_backend(tmp_path)


def test_a_snapshot_that_is_only_partly_there_is_completed(tmp_path, monkeypatch):
    """As clients leave it that fetched the config alone, or were stopped between two shards."""
    here, brought = tmp_path / "here", tmp_path / "brought"
    here.mkdir()

    def snapshot(model, allow_patterns, local_files_only=False):
        return str(here if local_files_only else brought)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    (here / "config.json").write_text("{}")
    assert resolve_model("some/body") == brought
    (here / "model.safetensors").touch()
    assert resolve_model("some/body") == here
    (here / INDEX).write_text(json.dumps({"weight_map": {"a": "model.safetensors", "b": "more.safetensors"}}))
    assert resolve_model("some/body") == brought
    (here / "more.safetensors").touch()
    assert resolve_model("some/body") == here
    (here / "config.json").unlink()
    assert resolve_model("some/body") == brought


def test_a_checkpoint_without_a_tokenizer(toy, tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((toy / name).read_bytes())
    with pytest.raises(CheckpointError, match="tokenizer"):
        load_backend(tmp_path)
    with pytest.raises(ConfigError, match="dtype"):
        load_backend(toy, dtype="int3")


def test_thinking_asked_of_a_template_that_opens_none(toy, tmp_path):
    """The thought is missed, never the answer."""
    copied(toy, tmp_path)
    (tmp_path / "chat_template.jinja").write_text("{% for m in messages %}{{ m.content }}{% endfor %}\nAssistant: ")
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    assert whole(backend, question(), thinking=True)[1].strip()
    backend.close()


@pytest.mark.parametrize("answer_tokens", [1, 2, 10])
@pytest.mark.parametrize("max_tokens", [1, 2, 3, 6])
@pytest.mark.parametrize("thinking", [True, False, None])
def test_an_answer_is_visible_whatever_the_limits(backend, max_tokens, answer_tokens, thinking):
    params = SamplingParams(max_tokens=max_tokens, answer_tokens=answer_tokens, temperature=3.0, seed=5)
    assert whole(backend, question(), params, thinking)[1].strip()


def test_an_answer_is_biased_as_the_checkpoint_says(toy, tmp_path):
    first = Tokenizer.load(toy).id_of("Q")
    (copied(toy, tmp_path) / "generation_config.json").write_text(f'{{"sequence_bias": [[[{first}], 1000.0]]}}')
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    assert whole(backend, question(), SamplingParams(max_tokens=3, answer_tokens=3))[1] == "QQQ"
    backend.close()


@pytest.mark.parametrize(("exact", "line"), [("true", "2 * 3 = 6"), ("false", "2 * 3 =2")])
def test_a_sum_in_a_thought_is_exact_where_the_checkpoint_says_so(toy, tmp_path, exact, line):
    """A model that is made to say `2 * 3 =`, and then `2` again."""
    tokenizer = Tokenizer.load(toy)
    chain = ("2", "2 ", "2 *", "* ", "* 3", "3 ", "3 =")
    ids = [tokenizer.encode(text) for text in chain]
    biases = [[each, 100.0 if len(each) == 1 else 1000.0 * len(each)] for each in ids]
    settings = json.dumps({"sequence_bias": biases, "exact_sums": exact == "true"})
    (copied(toy, tmp_path) / "generation_config.json").write_text(settings)
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    thought, _ = whole(backend, question(), SamplingParams(max_tokens=14, answer_tokens=2), True)[:2]
    assert thought.startswith(line)
    backend.close()


@pytest.mark.parametrize(
    ("below", "mode", "most", "thinks"),
    [(1.0, None, 12, True), (1.0, False, 12, False), (1.0, None, 4, False), (0.0, None, 12, False)],
)
def test_who_is_unsure_thinks_first_where_nobody_said_whether(toy, tmp_path, below, mode, most, thinks):
    """A toy is never sure; it thinks as if it had been told to, where there is room for it."""
    (copied(toy, tmp_path) / "generation_config.json").write_text(f'{{"think_below": {below}}}')
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    thought, _ = whole(backend, question(), SamplingParams(max_tokens=most, answer_tokens=2), mode)[:2]
    assert bool(thought) == thinks
    if thinks:
        told = whole(backend, question(), SamplingParams(max_tokens=most, answer_tokens=2), True)[0]
        assert told.startswith(thought) and len(thought) > 3
    backend.close()


def test_a_bias_of_another_model_is_refused(toy, tmp_path):
    (copied(toy, tmp_path) / "generation_config.json").write_text('{"sequence_bias": [[[5000], 1.0]]}')
    with pytest.raises(CheckpointError, match="sequence_bias names token 5000 and the model knows 273"):
        load_backend(tmp_path)


def test_where_an_answer_ends_is_read_from_every_file(toy, tmp_path):
    copied(toy, tmp_path)
    raw = json.loads((toy / "config.json").read_text())
    raw["text_config"]["eos_token_id"], raw["eos_token_id"] = None, 0
    (tmp_path / "config.json").write_text(json.dumps(raw))
    (tmp_path / "generation_config.json").write_text('{"eos_token_id": [9]}')
    config, tokenizer = ModelConfig.load(tmp_path), Tokenizer.load(tmp_path)
    generation = GenerationConfig.load(tmp_path)
    assert stop_token_ids(tmp_path, config, generation, tokenizer) == (0, 2, 9)  # 2 is the tokenizer's own end of turn


def test_an_end_of_another_model_is_refused(toy, tmp_path):
    (copied(toy, tmp_path) / "generation_config.json").write_text('{"eos_token_id": [2, 5000]}')
    with pytest.raises(CheckpointError, match="ends an answer with token 5000 and the model knows 273"):
        load_backend(tmp_path)


def test_patches_of_another_model_are_refused(toy, tmp_path):
    copied(toy, tmp_path)
    (tmp_path / "preprocessor_config.json").write_text('{"patch_size": 16}')
    with pytest.raises(CheckpointError, match="preprocessor_config"):
        load_backend(tmp_path)

"""What the benches make of seconds, on times made by hand: which way round a ratio is, and over what."""

from __future__ import annotations

import json
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch

from bench import copying, decode, duel, gpu, repeat, serve, vision
from bench.spread import Spread, rate_behind_first
from bench.vllm_cpu import Vllm
from vlm.engine.engine import StepOutput
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_spread_is_the_middle_and_both_ends():
    spread = Spread.of([4.0, 1.0, 2.0])
    assert spread == (2.0, 1.0, 4.0) and f"{spread:.1f}" == "2.0 (1.0 to 4.0)" and Spread.of([1.0, 2.0]).median == 1.5


def test_a_rate_leaves_out_the_first_tokens():
    assert rate_behind_first(streams=2, tokens=9, first=1.0, whole=3.0) == 8.0


def duel_round(prompt, reads, decodes):
    """The peer takes so many seconds; Lector takes one to read, and a half to decode."""
    return {"prompt": prompt, "prefill": 1.0, "prefill_llama": reads, "decode": 0.5, "decode_llama": decodes}


def test_a_duel_is_how_many_times_as_fast_as_the_peer():
    rows = [duel_round(64, 3.0, 1.0), duel_round(64, 5.0, 0.5), duel_round(64, 4.0, 2.0), duel_round(9, 0.5, 0.25)]
    assert duel.gains(rows[0]) == (3.0, 2.0)
    assert duel.summary(rows) == {
        64: {"reads": (4.0, 3.0, 5.0), "decodes": (2.0, 1.0, 4.0)},
        9: {"reads": (0.5, 0.5, 0.5), "decodes": (0.5, 0.5, 0.5)},
    }
    assert duel._line(rows[0] | {"read_gb_s": 7.0}).startswith("reads 3.00 x as fast (64 tok/s), decodes 2.00 x (2.0 ")


def test_decoding_is_said_by_context_with_the_share_of_what_memory_allows():
    rows = [decode.round_of(64, seconds, needed=10**9, bandwidth=8e9) for seconds in (0.5, 0.25, 1.0)]
    rows.append(decode.round_of(8, 0.125, needed=10**9, bandwidth=16e9))
    assert rows[0] == {"context": 64, "tok_s": 2.0, "read_gb_s": 8.0, "share": 0.25}
    assert decode.summary(rows) == {
        64: {"tok_s": (2.0, 1.0, 4.0), "share": (0.25, 0.125, 0.5)},
        8: {"tok_s": (8.0, 8.0, 8.0), "share": (0.5, 0.5, 0.5)},
    }


def test_a_tower_is_as_many_times_as_fast_as_the_peer_takes_longer(monkeypatch, capsys):
    assert vision.compared(2.0, 5.0) == {"seconds": 2.0, "transformers": 5.0, "ratio": 2.5}
    seen = torch.ones(4, 8)
    monkeypatch.setattr(
        vision, "towers", lambda *_: (lambda *_: seen, lambda *_: SimpleNamespace(last_hidden_state=seen))
    )
    times = iter([2.0, 5.0, 1.0, 3.0, 1.0, 2.0])  # ours first
    monkeypatch.setattr(vision, "seconds", lambda encode: next(times))
    assert vision.main(["--grid", "2x2", "--depth", "1", "--rounds", "3", "--kernels", "aten"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert json.loads(out[-1])["ratio"] == 2.5 and out[-2] == "2.50 (2.00 to 3.00) times as fast, 3 rounds"


def test_copying_gains_what_it_takes_less(monkeypatch, capsys):
    rows = [{"plain": 4.0, "ahead": 1.0}, {"plain": 2.0, "ahead": 1.0}, {"plain": 3.0, "ahead": 0.5}]
    assert [copying.gain(row) for row in rows] == [4.0, 2.0, 6.0]
    assert (copying.speed(rows, "plain", 6), copying.speed(rows, "ahead", 6)) == (2.0, 6.0)
    model = SimpleNamespace(config=SimpleNamespace(text=SimpleNamespace(vocab_size=99)))
    monkeypatch.setattr(copying, "model_of", lambda *_: model)
    monkeypatch.setattr(copying, "copied", lambda *args: (2.0, 8, 0) if args[-1] == 0 else (0.5, 1, 0))
    assert copying.main(["--tokens", "8", "--rounds", "1", "--kernels", "aten"]) == 0
    told = last_json(capsys)
    assert told["gain"] == 4.0 and told["tok_s"] == {"plain": 4.0, "ahead": 16.0}


def test_a_second_question_is_a_share_of_the_first(monkeypatch, capsys):
    assert repeat.share({"first": 4.0, "second": 1.0}) == 0.25
    times = iter([9.0, 4.0, 1.0, 2.0, 1.0, 4.0, 3.0])  # the first of all reads the pages
    monkeypatch.setattr(repeat, "first_token", lambda *_: next(times))
    monkeypatch.setattr(repeat, "forget", lambda _: None)
    monkeypatch.setattr(repeat, "Reader", lambda settings: nullcontext(SimpleNamespace(open=lambda file: None)))
    assert repeat.main(["x.pdf", "--rounds", "3"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert json.loads(out[-1])["share"] == 0.5 and "against the first: 50.0% (25.0% to 75.0%), 3 rounds" in out[0]


class Clock:
    """Time passes only while somebody works."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now


class Answering:
    """An engine that reads one prompt in three seconds, and then gives everybody who was read a token in half a one."""

    def __init__(self, clock):
        self.clock, self.scheduler = clock, SimpleNamespace(waiting=[], running=[])

    def add_request(self, inputs, params):
        self.scheduler.waiting.append(SimpleNamespace(output_ids=[], most=params.max_tokens))

    @property
    def has_unfinished(self):
        return bool(self.scheduler.waiting or self.scheduler.running)

    def step(self):
        if self.scheduler.waiting:
            self.clock.now += 3.0
            self.scheduler.running.append(self.scheduler.waiting.pop(0))
        self.clock.now += 0.5
        for sequence in self.scheduler.running:
            sequence.output_ids.append(1)
        said = [StepOutput(number, 1, None) for number in range(len(self.scheduler.running))]
        self.scheduler.running = [one for one in self.scheduler.running if len(one.output_ids) < one.most]
        return said


def test_answers_are_counted_from_where_the_last_prompt_was_read(monkeypatch):
    """Two prompts, five tokens each: seven come in two seconds once both were read; the first has two by then."""
    clock = Clock()
    monkeypatch.setattr(serve, "time", clock)
    reading, rate = serve.answered(Answering(clock), [[1, 2], [3, 4]], 5)
    assert (reading, rate) == (7.0, 3.5)


def test_rates_of_peers_leave_out_their_first_tokens(monkeypatch):
    """Two answers of nine tokens: one second until the first, three until the last of them."""
    seconds = {1: 1.0, 9: 3.0}
    assert serve.behind_first(lambda prompts, tokens: seconds[tokens])([[1], [2]], 9) == 8.0
    monkeypatch.setattr(Vllm, "ask", lambda self, request: seconds[request["tokens"]])
    assert Vllm.__new__(Vllm).rate([[1], [2]], 9) == 8.0


def test_rounds_of_serving_are_all_but_the_first_and_their_middle_is_said(monkeypatch, capsys):
    rates = iter([99.0, 1.0, 4.0, 2.0])
    monkeypatch.setattr(serve, "kernels_called", lambda _: Choice(Aten(torch.bfloat16)))
    monkeypatch.setattr(serve, "model_of", lambda *_: None)
    monkeypatch.setattr(serve, "rate", lambda *_: next(rates))
    assert serve.main(["--streams", "1"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-2] == "tokens a second: lector 1 2.0 (1.0 to 4.0)" and len(json.loads(out[-1])["rounds"]) == 3


def test_a_gpus_rates_and_the_share_of_its_memorys_speed():
    """Two streams of 100 tokens are read in half a second, four tokens each are decoded in two: a token of both is
    half a second, in which memory could have given eight bytes for each that is needed."""
    row = gpu.measure({"x": lambda prompts, tokens: (0.5, 2.0)}, 100, 2, 4, needed=10**6, bandwidth=16e6)
    assert row["x"] == {"prefill_tok_s": 400.0, "tok_s": 4.0, "share": 0.125} and row["read_gb_s"] == 0.016
    assert "x reads 400, decodes 4.0 (12%)" in gpu.line(row)


def test_a_gpus_seconds_are_those_of_the_tokens_behind_the_first(monkeypatch):
    asked = []

    def answered(engine, prompts, tokens):
        asked.append(tokens)
        return 3.0, 8.0

    monkeypatch.setattr(gpu, "Engine", lambda model, knobs: SimpleNamespace(runner=SimpleNamespace(graphs=1)))
    monkeypatch.setattr(gpu, "answered", answered)
    assert gpu.lector(None, records=True)([[1], [2]], 4) == (3.0, 1.0) and asked == [5], "2 x 4 tokens, 8 a second"


@pytest.mark.parametrize(("count", "needed"), [(1, 7), (3, 11)])
def test_what_a_gpu_reads_for_a_token_is_the_weights_once_and_every_streams_own(monkeypatch, capsys, count, needed):
    seen = []
    monkeypatch.setattr(gpu, "weigh", lambda *_: SimpleNamespace(per_token=5, kv_per_token=1))
    for name in ("plain_model", "group_experts_", "read_bandwidth"):
        monkeypatch.setattr(gpu, name, lambda *_: None)
    monkeypatch.setattr(gpu, "measure", lambda ways, context, streams, tokens, needed, bandwidth: seen.append(needed))
    monkeypatch.setattr(gpu, "line", str)
    words = ["--device", "cpu", "--contexts", "2", "--streams", str(count), "--rounds", "1", "--no-transformers"]
    assert gpu.main(words) == 0 and set(seen) == {needed}

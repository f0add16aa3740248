"""Whole checkpoints: streamed = in memory, stopped and gone on = at once, both namings, from a hub shard by shard."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from prompts.messages import Message
from tests.quantised.hub import hub
from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.errors import CheckpointError, ConfigError
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.kernels.packing import dequantise, pack_weight
from vlm.load import load_backend
from vlm.model.attention import AttnMetadata
from vlm.model.moe import Experts
from vlm.quant.modules import QuantWeight, group_of
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.quantize import files, journal, stream
from vlm.quantize.__main__ import main
from vlm.quantize.source import LocalSource
from vlm.quantize.stream import quantise_checkpoint
from vlm.sampling_params import SamplingParams
from vlm.weights import INDEX, load_model, load_quantised

HOW = Quantisation(4, 32)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


def quantised(source, directory, how=HOW):
    quantise_checkpoint(LocalSource(source), directory, how)
    return directory


def tensors(directory):
    return {
        name: tensor for path in sorted(directory.glob("*.safetensors")) for name, tensor in load_file(path).items()
    }


def same(one, other):
    one, other = tensors(one), tensors(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def choice():
    return Choice(Aten(torch.float32))


@pytest.mark.parametrize("bits", [4, 8])
def test_streamed_is_what_memory_makes(toy, tmp_path, bits):
    how = Quantisation(bits, 64)
    directory = quantised(toy, tmp_path / "q", how)
    config = ModelConfig.load(directory)
    assert config.quantisation == how
    ours = load_quantised(directory, config, torch.float32, choice())
    whole = load_model(toy, ModelConfig.load(toy))
    quantise_(whole, how, choice())
    state, expected = ours.state_dict(), whole.state_dict()
    assert state.keys() == expected.keys()
    for name, tensor in expected.items():
        is_exact = tensor.dtype in (torch.uint8, torch.float16) or ".gate." in name
        assert torch.equal(state[name], tensor if is_exact else tensor.bfloat16().float()), name
    matrices = [m for m in ours.modules() if isinstance(m, QuantWeight)]
    decoder = 3 * 4 + 3 * 3 + 2 * 2 * 2 + 1  # attention, dense and shared MLPs, experts, head
    assert len(matrices) == decoder + 2 * 4 + 5  # and of two blocks of the tower, and of the resampler


@pytest.mark.parametrize("bits", [4, 8])
def test_it_computes_what_the_model_with_rounded_weights_computes(toy, tmp_path, bits):
    directory = quantised(toy, tmp_path / "q", Quantisation(bits, 32))
    ours = load_quantised(directory, ModelConfig.load(directory), torch.float32, choice())
    oracle = load_model(toy, ModelConfig.load(toy), torch.bfloat16).float()
    plain = load_model(toy, ModelConfig.load(toy))  # rounded from fp32, as the program does
    oracle.lm_head = torch.nn.Linear(64, plain.config.text.vocab_size, bias=False)
    oracle.lm_head.weight.data = dequantise(pack_weight(plain.language_model.embed_tokens.weight, bits, 32))
    for name, module in plain.language_model.named_modules(prefix="language_model"):
        if not isinstance(module, torch.nn.Linear | Experts):
            continue
        twin = oracle.get_submodule(name)
        weights = ("weight",) if isinstance(module, torch.nn.Linear) else ("gate_up_proj", "down_proj")
        for weight in weights:
            getattr(twin, weight).data = dequantise(pack_weight(getattr(module, weight), bits, 32))
    for name, parameter in plain.named_parameters():
        if ".gate." in name:
            oracle.get_parameter(name).data = parameter.data
    ids, positions = torch.arange(20, 60), torch.arange(40).expand(3, -1)
    with torch.inference_mode():
        one, other = (m.compute_logits(m(ids, positions, AttnMetadata([40]))) for m in (ours, oracle))
    assert torch.allclose(one, other, atol=2e-3 * other.abs().max().item())


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_it_is_served(toy, tmp_path, kernels, dtype):
    """On every kernel there is and in what processors with and without bf16 compute in: the answer is long enough."""
    backend = load_backend(quantised(toy, tmp_path / "q"), kernels=kernels.name, dtype=dtype)
    keys = backend.worker.engine.scheduler.pool.memory.keys
    said = list(backend.stream([Message.of("user", "What is this?")], SamplingParams(max_tokens=8)))
    backend.close()
    assert said[-1].usage.completion_tokens == 8
    assert keys.dtype == (torch.bfloat16 if kernels.name != "aten" else getattr(torch, dtype))


def test_matrices_lie_at_multiples_of_64(toy, tmp_path):
    for path in quantised(toy, tmp_path / "q").glob("*.safetensors"):
        head = int.from_bytes(path.read_bytes()[:8], "little") + 8
        assert head % 64 == 0
        told = json.loads(path.read_bytes()[8:head])
        for name, entry in told.items():
            assert name == "__metadata__" or entry["dtype"] != "U8" or entry["data_offsets"][0] % 64 == 0, name
        packed = [name for name, entry in told.items() if entry.get("dtype") == "U8"]
        with safe_open(path, framework="pt") as file:
            assert packed and all(file.get_tensor(name).data_ptr() % 64 == 0 for name in packed)


def shards(source, directory, count):
    """The toy's tensors dealt out to `count` files in turn, so that what belongs together is apart."""
    directory.mkdir()
    for path in source.iterdir():
        if path.suffix != ".safetensors":
            shutil.copy(path, directory)
    dealt: list[dict] = [{} for _ in range(count)]
    for place, (name, tensor) in enumerate(sorted(tensors(source).items())):
        dealt[place % count][name] = tensor
    names = [f"model-{number:05}-of-{count:05}.safetensors" for number in range(1, count + 1)]
    for name, part in zip(names, dealt, strict=True):
        save_file(part, directory / name)
    weight_map = {tensor: name for name, part in zip(names, dealt, strict=True) for tensor in part}
    (directory / INDEX).write_text(json.dumps({"weight_map": weight_map}))
    return directory


def apart(source, directory):
    """The toy in the hosted naming: one tensor an expert, vision experts numbered after the text ones."""
    directory.mkdir()
    for path in source.iterdir():
        if path.suffix != ".safetensors":
            shutil.copy(path, directory)
    state = {}
    for name, tensor in tensors(source).items():
        if "_moe.experts." in name:
            layer, _, rest = name.partition(".mlp.")
            layer = layer.replace("model.language_model", "model")
            for expert, part in enumerate(tensor):
                number = expert + (len(tensor) if rest.startswith("vision") else 0)
                halves = zip(("gate", "up"), part.chunk(2), strict=True)
                parts = {"down": part} if rest.endswith("down_proj") else dict(halves)
                for which, matrix in parts.items():
                    state[f"{layer}.mlp.experts.{number}.{which}_proj.weight"] = matrix.contiguous()
        else:
            state[name] = tensor
    save_file(state, directory / "model.safetensors")
    return directory


def test_namings_and_shards_make_no_difference(toy, tmp_path):
    plain = quantised(toy, tmp_path / "q")
    assert same(quantised(shards(toy, tmp_path / "three", 3), tmp_path / "q3"), plain)
    hosted = apart(toy, tmp_path / "hosted")
    assert same(quantised(hosted, tmp_path / "q1"), plain)
    assert same(quantised(shards(hosted, tmp_path / "seven", 7), tmp_path / "q7"), plain)


@pytest.mark.parametrize("stop_after", [0, 1, 5, 6])
def test_a_run_that_was_stopped_goes_on(toy, tmp_path, monkeypatch, stop_after):
    source = shards(apart(toy, tmp_path / "hosted"), tmp_path / "seven", 7)
    plain = quantised(toy, tmp_path / "plain")
    opened = []

    class Stops(LocalSource):
        def opened(self, shard):
            if len(opened) == stop_after:
                raise KeyboardInterrupt
            opened.append(shard)
            return super().opened(shard)

    with pytest.raises(KeyboardInterrupt):
        quantise_checkpoint(Stops(source), tmp_path / "q", HOW)
    lines = tmp_path / "q.partial" / journal.JOURNAL
    lines.write_text(lines.read_text() + '["half a li')  # and the plug was pulled while it wrote
    written = []
    monkeypatch.setattr(stream._Writer, "put", _spied(stream._Writer.put, written))
    assert same(quantised(source, tmp_path / "q"), plain)
    assert not (tmp_path / "q.partial").exists()
    assert len({piece.key for piece in written}) == len(written)


def _spied(put, written):
    def spy(self, piece, tensor):
        written.append(piece)
        put(self, piece, tensor)

    return spy


def test_what_cannot_be_is_refused_before_it_begins(toy, tmp_path, monkeypatch):
    done = quantised(toy, tmp_path / "q")
    with pytest.raises(ConfigError, match="not empty"):
        quantised(toy, done)
    with pytest.raises(ConfigError, match="quantised already"):
        quantised(done, tmp_path / "again")
    (tmp_path / "other.partial").mkdir()
    (tmp_path / "other.partial" / journal.JOURNAL).write_text('{"source": "another"}\n')
    with pytest.raises(ConfigError, match="of another run"):
        quantised(toy, tmp_path / "other")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(ConfigError, match=r"has 0\.0 GB free"):
        quantised(toy, tmp_path / "full")
    monkeypatch.undo()
    memory = stream.psutil.virtual_memory()
    monkeypatch.setattr(stream.psutil, "virtual_memory", lambda: memory._replace(available=1000))
    with pytest.raises(ConfigError, match="close other programs"):
        quantised(toy, tmp_path / "small")
    assert not (tmp_path / "full.partial").exists() and not (tmp_path / "small.partial").exists()


def test_damaged_results_are_named(toy, tmp_path):
    directory = quantised(toy, tmp_path / "q")
    path = next(directory.glob("*.safetensors"))
    state = load_file(path)
    config = ModelConfig.load(directory)
    save_file({name: tensor for name, tensor in state.items() if name != "lm_head.scales"}, path)
    with pytest.raises(CheckpointError, match=r"lacks lm_head\.scales"):
        load_quantised(directory, config, torch.float32, choice())
    save_file(state | {"lm_head.weight": state["lm_head.weight"][:2]}, path)
    with pytest.raises(CheckpointError, match=r"lm_head\.weight has shape"):
        load_quantised(directory, config, torch.float32, choice())
    save_file({name: x.view(torch.int8) if x.dtype == torch.uint8 else x for name, x in state.items()}, path)
    with pytest.raises(CheckpointError, match=r"is of type torch\.int8; it must be torch\.uint8"):
        load_quantised(directory, config, torch.float32, choice())
    raw = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(raw | {"lector_quantisation": {"bits": 3, "group_size": 64}}))
    with pytest.raises(CheckpointError, match="4 or 8 bits"):
        ModelConfig.load(directory)


@pytest.mark.parametrize("count", [1, 3])
def test_from_a_hub_shard_by_shard(toy, tmp_path, count):
    """Each shard is fetched once, and gone before the next one comes."""
    source = shards(toy, tmp_path / "three", count) if count > 1 else toy
    with hub(source) as (address, fetched):
        environment = os.environ | {"HF_ENDPOINT": address, "HF_HUB_DISABLE_XET": "1", "TMPDIR": str(tmp_path)}
        command = [sys.executable, "-m", "vlm.quantize", "toy/toy", str(tmp_path / "q"), "--group-size", "32"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "q", quantised(toy, tmp_path / "plain"))
    weights = [name for name in fetched if name.endswith(".safetensors")]
    assert sorted(weights) == sorted(set(weights)) and len(weights) == count
    assert not list(tmp_path.glob("lector-*"))


def test_a_hub_that_is_not_there(tmp_path):
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "vlm.quantize", "toy/toy", str(tmp_path / "q")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4 and "could not be downloaded" in done.stderr
    assert not (tmp_path / "q").exists()


def test_the_program_says_what_is_wrong(tmp_path, capsys):
    assert main([str(tmp_path), str(tmp_path / "q")]) == 4
    assert "error:" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["nano", "q", "--bits", "3"])


def test_groups_fit_the_columns():
    assert [group_of(columns, 128) for columns in (2560, 1536, 576, 96, 48, 1)] == [128, 128, 64, 32, 32, 32]
    assert group_of(2560, 64) == 64


def test_files_are_laid_out_without_holes():
    forms = {
        "bias": files.Form((3,), torch.float32),
        "matrix": files.Form((2, 64), torch.uint8),
        "more": files.Form((2, 32), torch.bfloat16),
    }
    _, headers = files.lay_out(forms, shard=130)
    assert len(headers) == 3 and all(len(header) % 64 == 0 for header in headers.values())
    places, headers = files.lay_out(forms)
    assert len(headers) == 1
    begins = sorted((place.offset, place.form.nbytes) for place in places.values())
    assert [offset + size for offset, size in begins[:-1]] == [offset for offset, _ in begins[1:]]
    assert places["bias"].offset == begins[-1][0]  # odd sizes last

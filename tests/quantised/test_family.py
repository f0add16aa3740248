"""What members weigh, against published counts of parameters and against files, and what the doctor says of it."""

import platform

import psutil
import pytest
import torch
from safetensors.torch import load_file

from app import doctor
from app.doctor import Machine, about_family, forms_of, main, verdict
from app.settings import Settings
from tests.toy_checkpoint import write_toy
from vlm import load as load_module
from vlm.config import ModelConfig
from vlm.errors import ModelUnavailable
from vlm.family import MEMBERS, weigh
from vlm.load import load_backend
from vlm.quantisation import Quantisation
from vlm.quantize.source import LocalSource
from vlm.quantize.stream import quantise_checkpoint

GB = 10**9
HOME = Machine(memory=24 * GB, free=20 * GB, bandwidth=30e9)
FORMS = forms_of(Settings(dtype="bfloat16", device="cpu"), True)


def member(part):
    return next(member for member in MEMBERS if part in member.hub_id)


@pytest.mark.parametrize(
    ("part", "billions"), [("0.3B", 0.36), ("21B", 21.8), ("VL-28B", 29.4), ("300B", 300), ("424B", 423.5)]
)
def test_members_have_their_published_size(part, billions):
    assert weigh(member(part).config, torch.bfloat16).whole / 2e9 == pytest.approx(billions, rel=0.01)


def test_a_token_of_the_28b_by_hand():
    """Billions of numbers: 6 experts and the shared ones in 27 layers, attention, one dense layer, the head."""
    read = 27 * 6 * 3 * 2560 * 1536 + 27 * 3 * 2560 * 3072 + 28 * (2 * 2560 * 2560 + 2 * 2560 * 512)
    read += 3 * 2560 * 12288 + 103424 * 2560
    norms_and_biases = (28 * 2 + 1) * 2560 * 2 + 27 * 64 * 4
    routers = 27 * 64 * 2560 * 4
    weight = weigh(member("VL-28B").config, torch.bfloat16)
    assert weight.per_token == 2 * read + routers + norms_and_biases
    assert weight.kv_per_token == 57344
    four = weigh(member("VL-28B").config, torch.bfloat16, Quantisation(4, 128))
    assert four.per_token == pytest.approx(read * 4.125 / 8 + routers + norms_and_biases, rel=1e-6)


@pytest.mark.parametrize("how", [None, Quantisation(4, 32), Quantisation(8, 64)])
def test_a_file_weighs_what_was_reckoned(tmp_path, how):
    directory = write_toy(tmp_path)
    if how is not None:
        quantise_checkpoint(LocalSource(directory), tmp_path / "q", how)
        directory = tmp_path / "q"
    in_file = sum(t.nbytes for path in directory.glob("*.safetensors") for t in load_file(path).values())
    config = ModelConfig.load(directory)
    assert weigh(config, torch.bfloat16 if how else torch.float32, how).whole == in_file


def test_what_fits_a_home_machine():
    rows = about_family(HOME, FORMS)
    fits = {row[: row.index(" bits")]: " yes " in f"{row} " for row in rows[1:]}
    assert fits["ERNIE-4.5-VL-28B-A3B-PT, 4"] and not fits["ERNIE-4.5-VL-28B-A3B-PT, 8"]
    assert fits["ERNIE-4.5-0.3B-PT, 16"] and not any(fit for name, fit in fits.items() if "300B" in name)


def test_the_way_to_the_28b():
    said = verdict("baidu/ERNIE-4.5-VL-28B-A3B-PT", HOME, FORMS)
    assert "in 4 bits" in said and "python -m vlm.quantize baidu/ERNIE-4.5-VL-28B-A3B-PT" in said
    assert "close other programs" not in said
    tight = verdict("baidu/ERNIE-4.5-VL-28B-A3B-PT", Machine(24 * GB, 3 * GB, 30e9), FORMS)
    assert tight.endswith("3.0 GB are free: close other programs.")
    with pytest.raises(ModelUnavailable, match="even in 4 bits"):
        verdict("baidu/ERNIE-4.5-300B-A47B-PT", HOME, FORMS)
    with pytest.raises(ModelUnavailable, match="is no directory"):
        verdict("somebody/something", HOME, FORMS)


@pytest.fixture
def without_bf16(monkeypatch):
    for module in (doctor, load_module):
        monkeypatch.setattr(module, "native_dtype", lambda _: torch.float32)


def test_a_processor_without_bf16_holds_32_bits_unless_told(without_bf16):
    forms = forms_of(Settings(device="cpu"), True)
    model = "baidu/ERNIE-4.5-0.3B-PT"
    assert verdict(model, HOME, forms).splitlines() == [
        f"{model} runs here in 32 bits:",
        f"    python app.py --model {model}",
    ]
    small = Machine(int(2.2 * GB), 2 * GB, 30e9)  # 32 bits take 2.6 GB, 16 take 1.9
    assert verdict(model, small, forms).splitlines()[:2] == [
        f"{model} runs here in 16 bits:",
        f"    python app.py --model {model} --dtype bfloat16",
    ]
    asked = forms_of(Settings(device="cpu", dtype="bfloat16"), True)
    assert verdict(model, HOME, asked).endswith("--dtype bfloat16")


def test_torchs_own_kernels_hold_quantised_weights_twice():
    """In 8 bits even as numbers of the dtype."""
    forms = forms_of(Settings(dtype="float32", device="cpu"), False)
    assert [form.copies for form in forms] == [1, 1, 5, 2]
    with pytest.raises(ModelUnavailable, match="even in 4 bits"):
        verdict("baidu/ERNIE-4.5-VL-28B-A3B-PT", HOME, forms)


@pytest.mark.parametrize(("how", "times"), [(Quantisation(4, 32), 2), (Quantisation(8, 128), 5)])
def test_a_quantised_checkpoint_is_held_as_often(tmp_path, how, times):
    quantise_checkpoint(LocalSource(write_toy(tmp_path)), tmp_path / "q", how)
    forms = forms_of(Settings(dtype="float32", device="cpu"), False)
    weight = weigh(ModelConfig.load(tmp_path / "q"), torch.float32, how)
    needed = weight.memory(doctor.CONTEXT) + (times - 1) * weight.whole
    assert f"in {how.bits} bits" in verdict(str(tmp_path / "q"), Machine(needed, needed, 30e9), forms)
    with pytest.raises(ModelUnavailable, match="choose a smaller"):
        verdict(str(tmp_path / "q"), Machine(needed - 1, needed, 30e9), forms)


def test_which_kernels_there_will_be(tmp_path, monkeypatch):
    assert doctor.about_kernels("aten", tmp_path)[1] is False
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    said, is_compiled = doctor.about_kernels("auto", tmp_path)
    assert "for x86-64" in said and not is_compiled


def test_the_program(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "read_bandwidth", lambda: 30e9)
    assert main(["nano", "--cache", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Memory" in said and "30.0 GB/s" in said and "nano runs here" in said
    assert main([str(write_toy(tmp_path))]) == 0
    assert "runs here in" in capsys.readouterr().out
    assert main(["somebody/something"]) == 4
    assert "error:" in capsys.readouterr().err


def test_bandwidth_is_of_this_world():
    assert 1e8 < doctor.read_bandwidth() < 1e13


def test_a_model_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    directory = write_toy(tmp_path)
    memory = psutil.virtual_memory()
    monkeypatch.setattr(load_module.psutil, "virtual_memory", lambda: memory._replace(total=1000))
    monkeypatch.setattr(load_module, "load_model", lambda *_: pytest.fail("it was read"))
    with pytest.raises(ModelUnavailable, match=r"has 0\.0; quantise it .* or choose a smaller member"):
        load_backend(directory, dtype="bfloat16", device="cpu")
    with pytest.raises(ModelUnavailable, match="use --dtype bfloat16, quantise it"):
        load_backend(directory, dtype="float32", device="cpu")

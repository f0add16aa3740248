"""What is counted, by hand; that it changes the result where it should; and the program that uses it."""

import pytest
import torch
from PIL import Image, ImageDraw

from preprocess.document import DocumentError
from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.model.attention import AttnMetadata
from vlm.model.rope import text_rope
from vlm.quant.importance import Importance, recording
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.quantize import calibrate
from vlm.quantize.__main__ import main
from vlm.weights import load_model


def passed(model, ids):
    with torch.inference_mode():
        return model(ids, torch.arange(len(ids)).expand(3, -1), AttnMetadata([len(ids)]))


def test_means_by_hand():
    found = Importance()
    found.add("a", torch.tensor([[1.0, 2.0], [3.0, 0.0]]))
    found.add("a", torch.tensor([[2.0, 6.0], [2.0, 0.0]]))
    assert found.of("a", False).tolist() == [18 / 4, 40 / 4]
    found.add("b", torch.tensor([[2.0, 0.0]]), 1, 3)
    assert found.of("b", True).tolist() == [[1, 1], [4, 0], [1, 1]]  # experts that saw nothing count all alike
    assert found.of("c", False) is None


def test_what_passes_is_counted_and_nothing_is_left_behind(tmp_path):
    model = load_model(write_toy(tmp_path), ModelConfig.load(tmp_path))
    ids = torch.arange(20, 50)
    plain = passed(model, ids)
    with recording(model) as found:
        assert torch.equal(passed(model, ids), plain)
    layer = model.language_model.layers[1]
    normed = layer.input_layernorm(model.language_model.layers[0](*_inputs(model, ids)))
    assert torch.allclose(
        found.of("language_model.layers.1.self_attn.q_proj", False), normed.square().mean(0), rtol=1e-4
    )
    experts = found.of("language_model.layers.1.mlp.text_moe.experts.down_proj", True)
    assert experts.shape == model.language_model.layers[1].mlp.text_moe.experts.down_proj.shape[::2]
    assert found.of("language_model.layers.1.mlp.vision_moe.experts.down_proj", True) is None  # no picture was read
    assert torch.allclose(found.of("lm_head", False), plain.square().mean(0), rtol=1e-4)
    before = found.of("lm_head", False)
    passed(model, ids)
    assert torch.equal(found.of("lm_head", False), before)


def _inputs(model, ids):
    text = model.config.text
    positions = torch.arange(len(ids)).expand(3, -1)
    cos, sin = text_rope(positions, text.head_dim, text.rope_theta, text.mrope_section)
    return model.embed(ids, None), cos, sin, None, AttnMetadata([len(ids)])


def test_logits_move_less_when_calibrated(tmp_path):
    """Columns of very different sizes, as real models have them: the error of the outputs falls."""
    config = ModelConfig.load(write_toy(tmp_path))
    ids = torch.arange(20, 84)

    def toy():
        model = load_model(tmp_path, config)
        for layer in model.language_model.layers:
            layer.input_layernorm.weight.data = torch.logspace(-1.5, 1.5, 64)[torch.randperm(64, generator=_seed())]
        return model

    reference = toy()
    with recording(reference) as importance:
        expected = passed(reference, ids)
    errors = []
    for told in (None, importance):
        model = toy()
        quantise_(model, Quantisation(4, 64), Choice(Aten(torch.float32)), told)
        errors.append((passed(model, ids) - expected).norm().item())
    assert errors[1] < errors[0]


def _seed():
    return torch.Generator().manual_seed(3)


def test_the_program_reads_documents_first(tmp_path, capsys):
    """Words and, since the toy sees, pictures: both sets of experts are calibrated."""
    (tmp_path / "toy").mkdir()
    page = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(page).text((20, 40), "TOTAL 12.50", fill="black", font_size=24)
    page.save(tmp_path / "page.png")
    words = [str(write_toy(tmp_path / "toy")), str(tmp_path / "q"), "--calibrate", str(tmp_path / "page.png")]
    assert main(words) == 0
    assert "page.png, page 1" in capsys.readouterr().err
    assert main([words[0], str(tmp_path / "plain")]) == 0
    one, other = (
        b"".join(path.read_bytes() for path in (tmp_path / name).glob("*.safetensors")) for name in ("q", "plain")
    )
    assert one != other
    assert main([words[0], str(tmp_path / "x"), "--calibrate", str(tmp_path / "no-such.pdf")]) == 4
    capsys.readouterr()
    assert main(words) == 4
    said = capsys.readouterr().err
    assert "is not empty" in said and "page.png" not in said, "nothing is read for a result that has no place"


@pytest.mark.parametrize(
    ("flags", "variable", "library"),
    [([], None, "pymupdf"), ([], "pypdfium2", "pypdfium2"), (["--pdf-library", "pypdfium2"], "pymupdf", "pypdfium2")],
)
def test_pdfs_are_read_by_the_library_that_was_asked_for(tmp_path, monkeypatch, flags, variable, library):
    """By a flag, or by the variable of every program."""
    read = []

    def load(path, pdf_library):
        read.append((path.name, pdf_library))
        raise DocumentError("damaged", "it was only looked for")

    monkeypatch.setattr(calibrate, "load", load)
    monkeypatch.delenv("LECTOR_PDF_LIBRARY", raising=False)
    if variable is not None:
        monkeypatch.setenv("LECTOR_PDF_LIBRARY", variable)
    (tmp_path / "a.pdf").touch()
    words = [str(write_toy(tmp_path)), str(tmp_path / "q"), *flags, "--calibrate", str(tmp_path / "a.pdf")]
    assert main(words) == 4 and read == [("a.pdf", library)]


def test_another_pdf_library_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LECTOR_PDF_LIBRARY", "mupdf")
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path), str(tmp_path / "q")])
    assert "LECTOR_PDF_LIBRARY is 'mupdf'; it must be" in capsys.readouterr().err

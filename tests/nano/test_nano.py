"""nano is what it claims: the base model's language, in an ERNIE-4.5-VL that transformers opens as its own."""

from __future__ import annotations

import pytest
import torch

from prompts.messages import Message
from prompts.template import ChatTemplate
from vlm.config import ModelConfig
from vlm.kernels.choice import choose
from vlm.load import best_nano_bits
from vlm.model.attention import AttnMetadata
from vlm.model.positions import rope_positions
from vlm.nano.ensure import default_cache
from vlm.quantisation import Quantisation
from vlm.quantize.nano import ensure_quantised_nano
from vlm.tokenizer import Tokenizer
from vlm.weights import load_model, load_quantised

TOKENS = 200


@pytest.fixture(scope="module")
def ids(nano_dir, pytestconfig):
    """Real text: the first tokens of our licence, and a line as documents have them."""
    text = (pytestconfig.rootpath / "LICENSE").read_text(encoding="utf-8")
    ids = Tokenizer.load(nano_dir).encode("Total  57.30 EUR (19% VAT), 12/03/2024\n" + " ".join(text.split()))
    return torch.tensor(ids[:TOKENS])


def logits(directory, ids):
    model = load_model(directory, ModelConfig.load(directory))
    positions, _ = rope_positions(ids.tolist(), [], ())
    return model.compute_logits(model(ids, positions, AttnMetadata([len(ids)])))


def test_untrained_its_logits_are_the_base_models(base_gguf, ids, untrained_dir):
    from transformers import AutoModelForCausalLM, GgufConfig

    base = AutoModelForCausalLM.from_pretrained(
        base_gguf.parent,
        gguf_file=base_gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    )
    with torch.no_grad():
        expected = base(input_ids=ids[None]).logits[0]
    our_logits = logits(untrained_dir, ids)
    assert len(ids) == TOKENS
    assert (our_logits - expected).abs().max() < 1e-3
    assert torch.equal(our_logits.argmax(-1), expected.argmax(-1))


def test_transformers_opens_it_and_agrees(nano_dir, ids):
    from transformers import Ernie4_5_VLMoeForConditionalGeneration

    model, report = Ernie4_5_VLMoeForConditionalGeneration.from_pretrained(
        nano_dir, dtype=torch.float32, output_loading_info=True
    )
    assert not report["missing_keys"] and not report["unexpected_keys"] and not report["mismatched_keys"]
    with torch.no_grad():
        expected = model(input_ids=ids[None]).logits[0]
    assert (logits(nano_dir, ids) - expected).abs().max() < 1e-4


def test_in_8_bits_it_says_the_same(settings, base_wheel, nano_dir, ids):
    """Built from the very checkpoint, so that nearly every next token is the same."""
    directory = ensure_quantised_nano(settings.cache, base_wheel)
    config = ModelConfig.load(directory)
    assert config.quantisation == Quantisation(8, 64)
    choice = choose(settings.cache or default_cache(), torch.float32, "aten")
    model = load_quantised(directory, config, torch.float32, choice)
    positions, _ = rope_positions(ids.tolist(), [], ())
    packed = model.compute_logits(model(ids, positions, AttnMetadata([len(ids)])))
    whole = logits(nano_dir, ids)
    assert (packed.argmax(-1) == whole.argmax(-1)).float().mean() > 0.9
    assert not torch.equal(packed, whole)


def test_the_processor_runs_8_bits_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert best_nano_bits("auto", "auto") == best_nano_bits("auto", "cpu") == 8
    assert best_nano_bits("float32", "auto") == best_nano_bits("bfloat16", "cpu") == 16
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert best_nano_bits("auto", "auto") == best_nano_bits("auto", "cuda") == 16


def test_the_tokenizer_is_the_base_models(base_gguf, nano_dir):
    """Same ids as the tokenizer that transformers reads from the file, but for two spaces before a number.

    There transformers 5.23 takes plain GPT-2 splitting; SmolLM2's own splits digits off first, which leaves the two
    spaces together as one token.
    """
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(base_gguf.parent, gguf_file=base_gguf.name)
    ours = Tokenizer.load(nano_dir)
    text = (
        "Dr. Smith's invoice no. 2024-00123: 1,234.5 km;\n\n naïve café — 你好 <|im_start|>user\n  def f(x):\n\treturn"
    )
    assert ours.encode(text) == theirs(text)["input_ids"]
    two_spaces = ours.id_of("ĠĠ")
    assert ours.encode("total  57") == [*ours.encode("total"), two_spaces, *ours.encode("5"), *ours.encode("7")]


def test_control_tokens_and_sight(nano_dir):
    config, tokenizer = ModelConfig.load(nano_dir), Tokenizer.load(nano_dir)
    assert config.tokens is not None and not config.use_image_tokens
    assert tokenizer.encode("<think></think><|image_start|><|image_pad|><|image_end|>") == [3, 4, 5, 7, 6]
    assert config.tokens.vision_ids == (7, 10, 5, 6, 8, 9)
    assert config.eos_token_ids == (2, 0)
    assert {*config.text.mlp_layer_types} == {"dense", "sparse"}


def test_a_document_cannot_spell_control_tokens(nano_dir):
    """Every control token of the vocabulary, written in a message, stays text."""
    tokenizer = Tokenizer.load(nano_dir)
    template = ChatTemplate(tokenizer.chat_template)
    control = set(tokenizer.special_tokens.values())
    plain = tokenizer.encode(template.render([Message.of("user", "x")], None).text)
    spelled = tokenizer.encode(template.render([Message.of("user", " ".join(tokenizer.special_tokens))], None).text)
    assert [i for i in spelled if i in control] == [i for i in plain if i in control]

"""Tokenizers: a hosted SentencePiece one against sentencepiece itself, streamed text, stop strings, odd answers."""

from __future__ import annotations

import json

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from prompts.messages import Message
from prompts.template import ChatTemplate
from vlm.tokenizer import StopStrings, Tokenizer

CONTROL = ["<|IMAGE_PLACEHOLDER|>", "<|IMAGE_START|>", "<|IMAGE_END|>", "<think>", "</think>"]
CONTROL += ["<|begin_of_sentence|>", "<|end_of_sentence|>", "<mask:1>"]


@pytest.fixture(scope="module")
def hosted(tmp_path_factory, pytestconfig):
    """A directory as hosted: `tokenizer.model`, digits listed as special, and a class that only remote code has."""
    directory = tmp_path_factory.mktemp("hosted")
    corpus = directory / "corpus.txt"
    licence = (pytestconfig.rootpath / "LICENSE").read_text(encoding="utf-8")
    corpus.write_text(licence + "\n".join(f"Total {n} 发票 总计 {n * 3.7:.2f}" for n in range(300)), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(directory / "tokenizer"),
        vocab_size=700,
        model_type="bpe",
        byte_fallback=True,
        split_digits=True,
        add_dummy_prefix=False,
        user_defined_symbols=[*"0123456789", *CONTROL],
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    config = {
        "tokenizer_class": "Ernie4_5_VLTokenizer",
        "auto_map": {"AutoTokenizer": ["processing_ernie_45t_vl.Ernie4_5_VLTokenizer", None]},
        "additional_special_tokens": [*"0123456789", *CONTROL[:3]],
        "eos_token": "</s>",
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(config))
    return directory


def test_a_hosted_tokenizer_gives_sentencepieces_ids(hosted):
    ours = Tokenizer.load(hosted)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(hosted / "tokenizer.model"))
    question = ChatTemplate.named("ernie_vl").render([Message.of("user", "What is 12.50?\n\n 发票  é")], False).text
    for text in (question, "Total  9.00\n\n 发票 ü", "  a  b 12", "<|IMAGE_START|><|IMAGE_PLACEHOLDER|>x"):
        assert ours.encode(text) == theirs.encode(text)
    assert set(CONTROL) <= set(ours.special_tokens)
    assert not set("0123456789") & set(ours.special_tokens), "an answer needs its digits"


def test_streamed_text_is_the_whole_text(hosted):
    tokenizer = Tokenizer.load(hosted)
    text = "Total  9.00 发票 naïve 🙂 ok"
    stream = tokenizer.decoder()
    assert "".join(stream.feed(token) for token in tokenizer.encode(text)) == text


def test_a_token_forced_into_the_bytes_of_a_character(hosted):
    """As where a budget closes a thought: the character is lost, what follows is not."""
    tokenizer = Tokenizer.load(hosted)
    smiles = tokenizer.encode("🙂🙂")  # eight bytes
    stream = tokenizer.decoder()
    said = "".join(stream.feed(token) for token in [*smiles[:-1], *tokenizer.encode("</think>Total 9")])
    assert said.startswith("🙂") and said.endswith("</think>Total 9")


def test_pieces_spell_any_text(hosted):
    tokenizer = Tokenizer.load(hosted)
    spelling = {token: piece for piece, token in tokenizer.pieces.items()}
    text = "Total  9.00 发票 naïve 🙂 ok"
    assert b"".join(spelling[token] for token in tokenizer.encode(text)).decode() == text
    assert tokenizer.id_of("<think>") not in spelling


def test_blank_ids_are_white_space_alone(hosted):
    tokenizer = Tokenizer.load(hosted)
    blank = tokenizer.blank_ids()
    assert set(tokenizer.encode("  \n")) <= blank
    assert not set(tokenizer.encode("Total9")) & blank


@given(st.lists(st.text("abcx", max_size=4), max_size=8), st.lists(st.text("abc", min_size=1, max_size=4), max_size=3))
def test_stop_strings_cut_where_the_whole_text_would_be_cut(pieces, stop):
    text = "".join(pieces)
    stopper = StopStrings(tuple(stop))
    said = "".join(stopper.feed(piece) for piece in pieces) + stopper.finish()
    expected = min((text.find(s) for s in stop if s in text), default=len(text))
    assert stopper.stopped is any(s in text for s in stop)
    assert text.startswith(said)
    # In pieces the first stop string to be complete ends the text, which may not be the one that begins first.
    assert len(said) >= expected if stopper.stopped else said == text
    assert not any(s in said for s in stop)

"""Where a streamed text ends: characters cut off, stop strings among white space; and tokenizers that are damaged."""

from __future__ import annotations

import pytest

from tests.toy_checkpoint import write_toy
from vlm.errors import CheckpointError
from vlm.tokenizer import StopStrings, Tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return Tokenizer.load(write_toy(tmp_path_factory.mktemp("toy")))


@pytest.mark.parametrize("text", ["ab\ufffd", "\ufffd", "ab", "", "a\ufffdb\ufffd\ufffd", "🙂"])
def test_what_a_stream_holds_back_comes_out_at_its_end(tokenizer, text):
    stream = tokenizer.decoder()
    said = "".join(stream.feed(token) for token in tokenizer.encode(text))
    assert said + stream.finish() == text
    assert stream.finish() == ""


def test_a_character_cut_off_is_shown_as_one(tokenizer):
    """An answer of its first bytes alone would be empty."""
    stream = tokenizer.decoder()
    assert "".join(stream.feed(token) for token in tokenizer.encode("a🙂")[:-1]) == "a"
    assert set(stream.finish()) == {"\ufffd"}


@pytest.mark.parametrize(
    ("stop", "text", "said", "stopped"),
    [
        ("\n", "\n\nHello", "\n\nHello", False),
        ("\n", "\n\nHello\nyou", "\n\nHello", True),
        ("\n\n", " \n\n\nHello\n\nyou", " \n\n\nHello", True),
        ("\n", "\n\n", "\n\n", False),
        ("\nQ:", "\nQ: more", "", True),
        ("\nQ:", "\n\nA\nQ", "\n\nA\nQ", False),
    ],
)
def test_white_space_before_the_first_word_is_no_stop_string(stop, text, said, stopped):
    for pieces in ([text], text):
        stopper = StopStrings((stop,))
        assert "".join(stopper.feed(piece) for piece in pieces) + stopper.finish() == said
        assert stopper.stopped is stopped


@pytest.mark.parametrize("body", ["{}", "[]", '{"version": "1.0", "added_tokens": []}'])
def test_a_damaged_tokenizer_is_named(tmp_path, body):
    (tmp_path / "tokenizer.json").write_text(body)
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}')
    with pytest.raises(CheckpointError, match=r"no tokenizer that can be read; tokenizer\.json is damaged"):
        Tokenizer.load(tmp_path)

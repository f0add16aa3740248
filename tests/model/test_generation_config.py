"""What is read of `generation_config.json`, and what is said of one that cannot be read."""

from __future__ import annotations

import pytest
from transformers import GenerationConfig as Theirs

from vlm.errors import CheckpointError
from vlm.generation_config import GenerationConfig


def written(folder, text):
    (folder / "generation_config.json").write_text(text)
    return GenerationConfig.load(folder)


def test_no_file_says_nothing(tmp_path):
    assert GenerationConfig.load(tmp_path) == GenerationConfig((), {})


@pytest.mark.parametrize(("eos", "ids"), [("2", (2,)), ("[2, 0]", (2, 0)), ("null", ()), ("[]", ())])
def test_one_end_or_several(tmp_path, eos, ids):
    assert written(tmp_path, f'{{"eos_token_id": {eos}}}').eos_token_ids == ids


def test_what_transformers_writes_is_read(tmp_path):
    biases = [[[1766], 0.75], [[5, 7], -2.0]]
    Theirs(eos_token_id=[2, 0], sequence_bias=biases).save_pretrained(tmp_path)
    ours = GenerationConfig.load(tmp_path)
    assert ours == GenerationConfig((2, 0), {(1766,): 0.75, (5, 7): -2.0})


@pytest.mark.parametrize(
    "biases",
    [
        *("3", "[3]", '{"1": 2.0}', "[[1, 1.0]]", "[[[], 1.0]]", '[[["a"], 1.0]]', "[[[true], 1.0]]", "[[[-1], 1.0]]"),
        *("[[[1], null]]", '[[[1], "0.5"]]', "[[[1], true]]", "[[[1], NaN]]", "[[[1], -Infinity]]", "[[[1], 1e999]]"),
    ],
)
def test_biases_of_another_form_are_named(tmp_path, biases):
    with pytest.raises(CheckpointError, match=r"sequence_bias in .*generation_config\.json"):
        written(tmp_path, f'{{"sequence_bias": {biases}}}')


def test_sums_are_exact_where_the_file_says_so(tmp_path):
    assert written(tmp_path, '{"exact_sums": true}').exact_sums and not written(tmp_path, "{}").exact_sums
    with pytest.raises(CheckpointError, match=r"exact_sums in .*generation_config\.json is 'yes'"):
        written(tmp_path, '{"exact_sums": "yes"}')


@pytest.mark.parametrize("eos", ["2.0", '"</s>"', "[[1]]", "true", "[null]", "-1"])
def test_ends_of_another_form_are_named(tmp_path, eos):
    with pytest.raises(CheckpointError, match=r"eos_token_id in .*generation_config\.json"):
        written(tmp_path, f'{{"eos_token_id": {eos}}}')


@pytest.mark.parametrize("text", ['{"eos_token', "[2]", '"2"', ""])
def test_a_torn_file_is_named(tmp_path, text):
    with pytest.raises(CheckpointError, match=r"generation_config\.json is no JSON"):
        written(tmp_path, text)


def test_below_which_probability_a_thought_comes_first(tmp_path):
    assert written(tmp_path, '{"think_below": 0.6}').think_below == 0.6 and not written(tmp_path, "{}").think_below
    for wrong in ("1.5", "-0.1", "true", '"0.6"', "NaN"):
        with pytest.raises(CheckpointError, match=r"think_below in .*\.json is .*must be a probability"):
            written(tmp_path, f'{{"think_below": {wrong}}}')

"""A toy to train, and rows for it."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from prompts.template import ChatTemplate
from tests.toy_checkpoint import write_toy
from train.packing import Packer


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"), untrained=True)


@pytest.fixture(scope="module")
def packer(toy):
    tokenizer = Tokenizer.from_file(str(toy / "tokenizer.json"))
    return Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids)

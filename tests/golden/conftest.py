"""Session fixtures: every toy is built and saved once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from tests.golden import toy
from vlm.config import ModelConfig
from vlm.model.ernie_vl import ErnieVL
from vlm.weights import load_model


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # tiny tensors: a second thread only waits for the first


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], toy.Toy]:
    """`toys("vl")`: a toy by kind."""
    built: dict[str, toy.Toy] = {}

    def get(kind: str) -> toy.Toy:
        if kind not in built:
            built[kind] = toy.build(kind, tmp_path_factory.mktemp(kind))
        return built[kind]

    return get


@pytest.fixture(scope="session")
def load(toys: Callable[[str], toy.Toy]) -> Callable[[str, str], ErnieVL]:
    """`load("vl", "hosted")`: Lector's own model of a toy, through its loader."""
    loaded: dict[tuple[str, str], ErnieVL] = {}

    def get(kind: str, naming: str = "native") -> ErnieVL:
        if (kind, naming) not in loaded:
            directory = toys(kind).directories[naming]
            loaded[kind, naming] = load_model(directory, ModelConfig.load(directory))
        return loaded[kind, naming]

    return get


@pytest.fixture(scope="session")
def vl(load: Callable[[str, str], ErnieVL]) -> ErnieVL:
    return load("vl", "native")


@pytest.fixture(scope="session")
def vl_reference(toys: Callable[[str], toy.Toy]) -> object:
    return toys("vl").reference

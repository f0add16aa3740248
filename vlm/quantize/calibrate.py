"""Documents through a model, to see what its weights are multiplied with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from preprocess.load import load
from preprocess.pdf import DEFAULT_LIBRARY
from prompts.evidence import build
from prompts.tasks import ask
from vlm.backends.base import MAX_EVIDENCE_TOKENS
from vlm.config import ModelConfig
from vlm.model.attention import AttnMetadata
from vlm.processor import Processor
from vlm.quant.importance import Importance, recording
from vlm.weights import load_model

QUESTION = "What does this page say?"


def calibrate(
    directory: Path,
    documents: Sequence[Path],
    dtype: torch.dtype,
    say: Callable[[str], None] = lambda _: None,
    pdf_library: str = DEFAULT_LIBRARY,
) -> Importance:
    """What the pages of `documents` send through the model in `directory`: words and, if it sees, pictures.

    Raises:
        DocumentError: a document cannot be read.
        CheckpointError: the checkpoint cannot be used.
    """
    config = ModelConfig.load(directory)
    processor = Processor.load(directory, config)
    model = load_model(directory, config, dtype)

    def count(text: str) -> int:
        return len(processor.tokenizer.encode(text))

    budget = config.max_evidence_tokens or MAX_EVIDENCE_TOKENS
    with recording(model) as found, torch.inference_mode():
        for path in documents:
            document = load(path, pdf_library=pdf_library)
            for page in document.pages:
                say(f"{path.name}, page {page.number}")
                evidence = build(
                    [(page.number, page.shown())],
                    document.page_count,
                    budget,
                    count,
                )
                images = [page.render()] if config.use_image_tokens and evidence.pages_shown else []
                inputs, _ = processor(ask(evidence, QUESTION, images), False)
                embeds = None
                if inputs.pixel_values is not None:
                    embeds = model.embed_images(inputs.pixel_values.to(dtype), inputs.grids)
                tokens = len(inputs.token_ids)
                model(torch.tensor(inputs.token_ids), inputs.positions, AttnMetadata([tokens]), embeds)
    return found

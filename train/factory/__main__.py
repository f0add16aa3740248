"""Look at what the factory makes, or write it out as files with questions, to score a model on.

python -m train.factory --show OUT.png --fonts DIR
python -m train.factory --files OUT --samples 100 --split test --fonts DIR
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from train.factory.files import write_files
from train.factory.fonts import FAMILIES, Fonts
from train.factory.show import write
from train.factory.stream import MAKERS, samples


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.factory", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--show", type=Path, metavar="OUT.png", help="write a contact sheet")
    wanted.add_argument("--files", type=Path, metavar="OUT", help="write files and OUT/index.jsonl for bench.quality")
    parser.add_argument("--fonts", type=Path, required=True, help="filled by python -m train.factory.fonts DIR")
    parser.add_argument("--kinds", default=",".join(MAKERS), help="makers, parted by commas")
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=["train", "test"], default="train")
    args = parser.parse_args(argv)
    kinds = args.kinds.split(",")
    if unknown := set(kinds) - set(MAKERS):
        parser.error(f"unknown kinds {', '.join(sorted(unknown))}; known are {', '.join(MAKERS)}")
    if args.show:
        write(args.show, {kind: MAKERS[kind] for kind in kinds}, args.fonts, args.seed, args.split)
        return
    pairs = islice(samples(f"files {args.seed}", args.split, dict.fromkeys(kinds, 1.0)), args.samples)
    count = write_files(args.files, pairs, Fonts.load(args.fonts, FAMILIES[args.split]), args.split)
    print(f"{count} questions in {args.files / 'index.jsonl'}")


if __name__ == "__main__":
    main()

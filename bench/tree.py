"""A program while it runs: how long it takes, and what memory it and the processes that it starts hold.

    run = watched([sys.executable, "-m", "app.transcribe", "big.pdf"])
    print(run.seconds, run.peak_mb)

Memory is resident memory, summed over the processes: what two of them share, as libraries, counts twice.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

INTERVAL = 0.1  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program.

    Attributes:
        cpu_seconds: that the processors worked for it, which other programs disturb less than the clock; 0 on Windows.
        samples: seconds since its start, and megabytes (2**20 bytes) at that moment.
    """

    seconds: float
    cpu_seconds: float
    samples: tuple[tuple[float, float], ...]
    out: str

    @property
    def peak_mb(self) -> float:
        return max(megabytes for _, megabytes in self.samples)

    def mean_mb(self, begin: float, end: float) -> float:
        """Over a part of the run: its beginning is 0, its end 1."""
        inside = [megabytes for at, megabytes in self.samples if begin <= at / self.seconds <= end]
        return sum(inside) / len(inside)


def watched(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Run:
    """Run `command` to its end.

    Raises:
        RuntimeError: it fails; what it said last is in the message.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as told:
        began, before = time.perf_counter(), os.times()
        process = psutil.Popen(command, stdout=out, stderr=told, env=environ)
        samples = []
        while process.poll() is None:
            samples.append((time.perf_counter() - began, resident(process) / 2**20))
            time.sleep(INTERVAL)
        seconds, after = time.perf_counter() - began, os.times()
        worked = after.children_user + after.children_system - before.children_user - before.children_system
        out.seek(0)
        told.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {told.read()[-2000:]}")
        return Run(seconds, worked, tuple(samples), out.read())


def resident(process: psutil.Process) -> int:
    """Bytes that a process and those that it started hold; one that ends meanwhile holds none."""
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total

"""One file to one record, whatever happens to it; several at a time where asked for."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from tqdm import tqdm

from app.batch.desk import Desk, failure
from app.batch.journal import Record, content_hash, is_mishap
from app.batch.plan import Job
from vlm.errors import ConfigError


@dataclass(slots=True)
class Crew:
    """Up to `workers` files at a time, at one desk. `stop`, from any thread, ends what is under way."""

    desk: Desk
    workers: int = 1
    _stopped: bool = False
    _running: set[threading.Event] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def records(self, jobs: Iterable[Job]) -> Generator[Record, None, None]:
        """One record a job, as they are done. Closed, it stops what is under way.

        Raises:
            ConfigError: a setting that no file can be answered with.
        """
        left = iter(jobs)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="batch") as pool:
            try:
                running: set[Future[Record]] = {pool.submit(self.answer, job) for job in islice(left, self.workers)}
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
                    running |= {pool.submit(self.answer, job) for job in islice(left, len(done))}
            except BaseException:  # interrupted, or closed
                self.stop()
                raise

    def close(self) -> None:
        """Let go of the model, where there is one."""
        if self.desk.reader is not None:
            self.desk.reader.close()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for cancel in self._running:
                cancel.set()

    def answer(self, job: Job) -> Record:
        """The record of one file: what was wanted of it, or why there is none."""
        started = datetime.now(UTC)
        task, reader, path = self.desk.order.task, self.desk.reader, job.path
        record = {
            "source": str(path),
            **({"question": task.question} if task.question else {}),
            **({} if task.needs_model else {"task": task.kind}),
            **({} if reader is None else {"model": reader.backend.info.name}),
            "settings_hash": self.desk.order.settings_hash,
        }
        if (digest := content_hash(path, self.desk.order.settings.max_file_mb)) is not None:
            record["sha256"] = digest
        former = job.known(digest)
        attempts, found = 1, better(former, self._try(Job(path, former)))
        while attempts <= task.retries and not self._stopped and is_mishap(found):
            attempts, found = attempts + 1, better(found, self._try(Job(path, found)))
        times = {"attempts": attempts, "started": started.isoformat(), "finished": datetime.now(UTC).isoformat()}
        return {**record, **found, **record, **times}  # what was found before has an older name

    def _try(self, job: Job) -> Record:
        cancel, timeout = threading.Event(), self.desk.order.task.timeout
        with self._lock:
            self._running.add(cancel)
            if self._stopped:
                cancel.set()
        timer = threading.Timer(timeout or 0, cancel.set)
        if timeout is not None:
            timer.start()
        try:
            found = self.desk.work(job, cancel)
            if cancel.is_set() and not _lacks_tree(found):
                return failure("timeout", f"not done within {timeout} s; raise --timeout")
            return found
        except ConfigError:
            raise
        except Exception as error:  # whatever one file does, the others are answered
            tqdm.write(traceback.format_exc(), file=sys.stderr)
            return failure("internal", f"{type(error).__name__}: {error}")
        finally:
            timer.cancel()
            with self._lock:
                self._running.discard(cancel)


def better(former: Record | None, found: Record) -> Record:
    """What was found last; but no failure takes the place of an answer to the same content, it is told with it."""
    if former is None or former["status"] == "failure" or found["status"] != "failure":
        return found
    told = {error.get("page"): error for error in found["errors"]}
    kept = [error for error in former.get("errors", ()) if error["code"] == "not_written" or "page" in error]
    errors = [error for error in kept if "page" not in error or error["page"] not in told]
    return former | {"status": "partial_success", "errors": [*errors, *told.values()]}


def _lacks_tree(found: Record) -> bool:
    """Whether all is answered, and only the mirror was not written."""
    codes = {error["code"] for error in found.get("errors", ())}
    return found["status"] == "partial_success" and "not_written" in codes

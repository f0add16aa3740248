"""The same work on Ray Data, on one machine or many: `python -m app.batch scans/ -q "..." -o out.jsonl --backend ray`

Needs `pip install "ray[data]>=2.60,<2.61"`. Each worker is a process with a desk, and so with a model, of its own, on
as many cores as `--threads` says (one by default). The cluster is the one that `RAY_ADDRESS` names, else one that is
started here and ends with the run. Its machines need Lector, its environment, the files and the mirror's folder under
the same names. The output stays here, one line a document as it is done.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.batch.desk import Desk, Order, failure
from app.batch.files import straight
from app.batch.journal import Record, content_hash
from app.batch.plan import Job
from app.batch.work import Crew, better
from app.reader import Reader
from vlm.errors import ConfigError
from vlm.load import best_nano_bits, resolve_model

ROOT = Path(__file__).resolve().parents[2]  # of Lector, where workers find it
TRIES = 2  # of a document whose worker dies: that may be chance once, and no second one shall


class Worker:
    """A process of the cluster: loads what the order needs once, then makes rows of a `record` of rows of a `path`."""

    def __init__(self, order: Order) -> None:
        reader = Reader(settings=order.settings) if order.task.needs_model else None
        self._crew = Crew(Desk(order, reader))

    def __call__(self, row: dict[str, str]) -> dict[str, str]:
        try:
            found = self._crew.answer(Job(Path(json.loads(row["path"])), json.loads(row["former"])))
        except ConfigError as error:
            found = {"refused": str(error)}
        return {"record": json.dumps(found)}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Ray, connected, and `workers` processes to be had of it, each on `cores`."""

    ray: Any
    order: Order
    workers: int
    cores: int

    @staticmethod
    def started(order: Order, workers: int, progress: Callable[[str], None]) -> Cluster:
        """Connect, and see to it that the model is here before anybody loads it.

        Args:
            workers: at most; there are no more than the machines have cores for.

        Raises:
            VLMError: ray is not installed or has not the cores, or the model is not here.
        """
        settings = order.settings
        if order.task.needs_model:
            bits = best_nano_bits(settings.dtype, settings.device)
            resolve_model(settings.model, settings.cache, settings.nano_wheel, progress, bits)
        ray, cores = _connected(), settings.threads or 1
        room = sum(int(node["Resources"].get("CPU", 0)) // cores for node in ray.nodes() if node["Alive"])
        if not room:
            ray.shutdown()
            raise ConfigError(f"threads is {cores}, more than any machine of the cluster has cores; lower it")
        return Cluster(ray, order, min(workers, room), cores)

    def records(self, jobs: Sequence[Job]) -> Generator[Record, None, None]:
        """One record a job, as they are done. Closed, it stops what is under way.

        Raises:
            ConfigError: a setting that no file can be answered with.
        """
        if not jobs:
            return
        left = {str(straight(job.path)): job for job in jobs}  # other machines do not start in this folder
        # A name need not be UTF-8, a row must be.
        rows = [{"path": json.dumps(path), "former": json.dumps(job.former)} for path, job in left.items()]
        done = self.ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            Worker,
            fn_constructor_args=(_everywhere(self.order),),
            compute=self.ray.data.ActorPoolStrategy(size=self.workers, max_tasks_in_flight_per_actor=1),
            num_cpus=self.cores,
            ray_remote_args_fn=_retries,
        )
        for row in done.iter_rows():
            record = json.loads(row["record"])
            if "refused" in record:
                raise ConfigError(record["refused"])
            yield record | {"source": str(left.pop(record["source"]).path)}
        for job in left.values():
            lost = failure("internal", f"{job.path}: the worker that read it ended, {TRIES} times")
            about = {"source": str(job.path), "settings_hash": self.order.settings_hash}
            yield {**about, **better(job.known(content_hash(job.path)), lost), **about}

    def close(self) -> None:
        self.ray.shutdown()


def _everywhere(order: Order) -> Order:
    """The same, however a worker's own folder is called."""
    if order.mirror is None:
        return order
    return replace(order, mirror=replace(order.mirror, folder=order.mirror.folder.absolute()))


def _retries() -> dict[str, Any]:
    return {"max_restarts": -1, "max_task_retries": TRIES - 1}


def _connected() -> Any:
    """Ray: quiet, and telling nobody that it is used."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray  # type: ignore[import-not-found]
        import ray.data  # type: ignore[import-not-found]
    except ImportError:
        raise ConfigError('backend is ray, which is not installed: pip install "ray[data]>=2.60,<2.61"') from None
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    ray.init(log_to_driver=False, logging_level=logging.ERROR, runtime_env={"env_vars": {"PYTHONPATH": path}})
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # a document that is lost is told, and the others go on
    # How often a lost document is tried has no other parameter yet.
    warnings.filterwarnings("ignore", "`ray_remote_args_fn`", category=DeprecationWarning)
    return ray

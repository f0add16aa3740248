"""Where shards come from: a directory, or a hub, from which they are brought one at a time."""

from __future__ import annotations

import glob
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from vlm.errors import ModelUnavailable
from vlm.nano.ensure import NANO
from vlm.weights import INDEX, Checkpoint, read_index

SMALL = ("*.json", "*.jinja", "tokenizer*")
ONE = "model.safetensors"  # where there is no index of several


class Source(Protocol):
    """A checkpoint, shard by shard."""

    name: str

    def small_files(self) -> Path:
        """A directory with everything but the weights."""

    def shards(self) -> Mapping[str, str]:
        """The shard of each tensor."""

    def opened(self, shard: str) -> AbstractContextManager[Checkpoint]:
        """One shard, there for as long as it is worked with."""

    def shard_bytes(self) -> int:
        """Room on the disk that one shard takes while it is worked with."""

    def state(self) -> str:
        """Another one whenever a file of it is another: what one run began, it must not go on with."""


class LocalSource:
    """A directory."""

    def __init__(self, directory: Path) -> None:
        self.name = str(directory)
        self._directory = directory
        self._checkpoint = Checkpoint(directory)

    def small_files(self) -> Path:
        return self._directory

    def shards(self) -> Mapping[str, str]:
        return self._checkpoint.files

    @contextmanager
    def opened(self, shard: str) -> Iterator[Checkpoint]:
        yield self._checkpoint

    def shard_bytes(self) -> int:
        return 0

    def state(self) -> str:
        told = hashlib.sha256((self._directory / "config.json").read_bytes())
        for name in sorted(set(self._checkpoint.files.values())):
            about = (self._directory / name).stat()
            told.update(f"{name} {about.st_size} {about.st_mtime_ns}".encode())
        return told.hexdigest()


class HubSource:
    """A repository on the Hugging Face hub, or on what `HF_ENDPOINT` names, as it is when it is first asked of. Its
    shards come to a folder beside `target`, where the result will be; what a killed run for the same one left there
    goes, when the first file comes.

    Raises:
        ModelUnavailable: whenever it cannot be reached.
    """

    def __init__(self, model: str, target: Path) -> None:
        self.name = model
        self._target = target

    @cached_property
    def _home(self) -> tempfile.TemporaryDirectory[str]:
        target = self._target
        prefix = f"lector-{target.name}.shards-"  # another target's run may be under way
        for left in target.parent.glob(f"{glob.escape(prefix)}*"):
            shutil.rmtree(left, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=prefix, dir=target.parent)

    @cached_property
    def _about(self) -> Any:
        from huggingface_hub import HfApi

        with _reaching(self.name):
            return HfApi().model_info(self.name, files_metadata=True)

    def state(self) -> str:
        """The commit, from which all files come."""
        return self._about.sha or "main"

    @cached_property
    def _small(self) -> Path:
        from huggingface_hub import snapshot_download

        home, revision = Path(self._home.name) / "small", self.state()
        with _reaching(self.name):
            return Path(snapshot_download(self.name, revision=revision, allow_patterns=list(SMALL), local_dir=home))

    def small_files(self) -> Path:
        return self._small

    def shards(self) -> Mapping[str, str]:
        index = self.small_files() / INDEX
        if index.exists():
            return read_index(index)
        from huggingface_hub import HfApi

        with _reaching(self.name):  # a file's list of tensors stands at its beginning
            about = HfApi().parse_safetensors_file_metadata(self.name, ONE, revision=self.state())
        return dict.fromkeys(about.tensors, ONE)

    @contextmanager
    def opened(self, shard: str) -> Iterator[Checkpoint]:
        from huggingface_hub import hf_hub_download

        folder = Path(self._home.name) / "shard"
        try:
            with _reaching(self.name):
                hf_hub_download(self.name, shard, revision=self.state(), local_dir=folder)
            yield Checkpoint(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def shard_bytes(self) -> int:
        files = self._about.siblings or []
        return max((file.size or 0 for file in files if file.rfilename.endswith(".safetensors")), default=0)


def check_hub_id(model: str) -> None:
    """Raises ModelUnavailable if `model`, which is no directory, cannot be a hub id either."""
    from huggingface_hub.utils import HFValidationError, validate_repo_id

    try:
        validate_repo_id(model)
        is_id = model.count("/") == 1  # names without an owner are of another time
    except HFValidationError:
        is_id = False
    if not is_id:
        raise ModelUnavailable(f"{model} is neither a directory nor a hub id (owner/name), nor is it {NANO}")


@contextmanager
def _reaching(model: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the hub's client raises its own, those of its transport, and OSErrors
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelUnavailable(f"{model} could not be downloaded ({reason}); run the command again to go on") from error

"""What holds for every test: one thread a process, no surprise skips, no network but for what a test is about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # machines are shared: a slow example is no failure
settings.load_profile("untimed")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime reads it as it is imported, which is later than this
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
# How somebody likes Lector is nothing to a test, but where it finds what takes minutes to bring and to build; the
# browser and its pictures are of the tests themselves.
KEPT = ("LECTOR_CACHE", "LECTOR_NANO_WHEEL", "LECTOR_CHROMIUM", "LECTOR_SCREENSHOTS")
for variable in [name for name in os.environ if name.startswith("LECTOR_") and name not in KEPT]:
    del os.environ[variable]
# A test reads for itself, and leaves nothing in the user's cache.
os.environ |= {"LECTOR_OCR_CACHE_MB": "0", "LECTOR_PICTURE_CACHE_MB": "0"}

TIERS = ("slow", "gpu", "ray")  # run when they are asked for
ALLOWED_SKIPS = Path(__file__).parent / "allowed_skips.txt"


def allowed_reasons() -> list[str]:
    """Reasons a test may be skipped for, one a line; everything after # explains."""
    lines = ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
    return [reason for line in lines if (reason := line.partition("#")[0].strip())]


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Toy models gain nothing from a second thread, and lose much where another program needs the core."""
    import torch

    torch.set_num_threads(1)


def pytest_collection_modifyitems(config, items):
    """Tiers run when they are asked for (`-m slow`)."""
    if config.getoption("-m"):
        return
    kept = [item for item in items if not any(item.get_closest_marker(tier) for tier in TIERS)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_terminal_summary(terminalreporter):
    """Name every skip; one that is not on the list fails the run."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {_reason(report)}")


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    unlisted = [report for report in skipped if _reason(report) not in allowed_reasons()]
    if unlisted and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"\n{len(unlisted)} skips are not on {ALLOWED_SKIPS.name}, so the run fails")


def _reason(report) -> str:
    longrepr = report.longrepr
    return (longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)).removeprefix("Skipped: ")

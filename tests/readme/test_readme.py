"""README is the contract: its Python runs, its programs exist, its links lead somewhere, its commands are CI's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields

import openpyxl
import pytest

from app.settings import Settings
from app.ui import cli
from app.ui.cli import LOGIN, TOKEN


@pytest.fixture(scope="module")
def readme(pytestconfig):
    return (pytestconfig.rootpath / "README.md").read_text(encoding="utf-8")


def fences(readme, language):
    return re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)


def ran(lines, root, *places):
    """A fence's commands, run in `root` by the Python of the tests; each of `places` puts a path for a word."""
    command = lines.strip().replace(".venv/bin/python", sys.executable).replace("\n", " && ")
    for word, place in places:
        command = command.replace(word, str(place))
    return subprocess.run(command, shell=True, cwd=root, capture_output=True, text=True)


def test_its_python_answers(readme, pytestconfig):
    (code,) = fences(readme, "python")
    done = subprocess.run([sys.executable, "-c", code], cwd=pytestconfig.rootpath, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "9 December 2026" in done.stdout and "verified" in done.stdout


def test_its_terminal_line_answers(readme, pytestconfig):
    (line,) = [fence for fence in fences(readme, "sh") if "app.ask" in fence and "quantize" not in fence]
    done = ran(line, pytestconfig.rootpath)
    assert done.returncode == 0 and "9 December 2026" in done.stdout, done.stderr


def test_its_quantised_model_answers(readme, pytestconfig, tmp_path):
    (lines,) = [fence for fence in fences(readme, "sh") if "vlm.quantize" in fence]
    done = ran(lines, pytestconfig.rootpath, ("nano-8bit", tmp_path / "q"))
    assert done.returncode == 0 and "9 December 2026" in done.stdout, done.stderr


def test_its_doctor_answers(readme, pytestconfig):
    """0 where the machine has room for the model it names, 4 where not: never a crash."""
    (line,) = [fence for fence in fences(readme, "sh") if "app.doctor" in fence]
    done = ran(line, pytestconfig.rootpath)
    assert done.returncode in (0, 4) and "ERNIE-4.5-VL-28B-A3B-PT, 4 bits" in done.stdout, done.stderr


def test_its_batch_line_answers(readme, pytestconfig, tmp_path):
    (line,) = [fence for fence in fences(readme, "sh") if "app.batch" in fence]
    out = tmp_path / "answers.jsonl"
    done = ran(line, pytestconfig.rootpath, ("answers.jsonl", out))
    assert done.returncode == 0, done.stderr
    assert "9 December 2026" in out.read_text(encoding="utf-8")


def test_its_transcript_is_made(readme, pytestconfig):
    (line,) = [fence for fence in fences(readme, "sh") if "app.transcribe" in fence]
    done = ran(line, pytestconfig.rootpath)
    assert done.returncode == 0 and done.stdout.startswith("<!-- page 1 -->\n"), done.stderr
    assert "9 December 2026" in done.stdout


def test_its_tables_are_found(readme, pytestconfig, tmp_path):
    (line,) = [fence for fence in fences(readme, "sh") if "app.table" in fence]
    out = tmp_path / "invoice.xlsx"
    done = ran(line, pytestconfig.rootpath, ("invoice.xlsx", out))
    assert done.returncode == 0, done.stderr
    cells = [cell for sheet in openpyxl.load_workbook(out) for row in sheet.values for cell in row if cell]
    assert len(cells) > 8


def test_its_chart_is_read(readme, pytestconfig, tmp_path):
    (line,) = [fence for fence in fences(readme, "sh") if "app.chart" in fence]
    out, seen = tmp_path / "chart.csv", tmp_path / "seen.png"
    done = ran(line, pytestconfig.rootpath, ("chart.csv", out), ("seen.png", seen))
    assert done.returncode == 0, done.stderr
    assert out.read_text(encoding="utf-8-sig").startswith("category,series,value") and seen.stat().st_size > 1000


def test_its_schema_is_filled_in(readme, pytestconfig):
    (line,) = [fence for fence in fences(readme, "sh") if "app.extract" in fence]
    done = ran(line, pytestconfig.rootpath)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["data"]["invoice_number"] and found["fields"]["invoice_number"]["grade"] == "high"


@pytest.mark.parametrize(
    "program",
    [
        "app.ask",
        "app.batch",
        "app.batch.diff",
        "app.batch.table",
        "app.chart",
        "app.doctor",
        "app.extract",
        "app.table",
        "app.transcribe",
        "app.verify",
        "bench.batch",
        "bench.citations",
        "bench.copying",
        "bench.decode",
        "bench.memory",
        "bench.pages",
        "bench.quality",
        "bench.quantisation",
        "bench.repeat",
        "train.charts",
        "train.citations",
        "train.factory",
        "train.lease",
        "train.lists",
        "train.nano_sight",
        "train.nano_text",
        "train.ship",
        "vlm.nano",
        "vlm.quantize",
    ],
)
def test_every_program_has_help(program, pytestconfig):
    done = subprocess.run(
        [sys.executable, "-m", program, "--help"], cwd=pytestconfig.rootpath, capture_output=True, text=True
    )
    assert done.returncode == 0 and "usage: python -m" in done.stdout


def test_its_links_lead_somewhere(readme, pytestconfig):
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (pytestconfig.rootpath / target).exists(), target


def test_ci_runs_the_second_command(readme, pytestconfig):
    commands = [fence.strip() for fence in fences(readme, "sh") if "requirements" in fence]
    assert [("app.py" in command, "pytest" in command) for command in commands] == [(True, False), (False, True)]
    lines = [line for line in readme.splitlines() if "requirements-dev.txt &&" in line]
    assert lines == [commands[1]], "the CI script takes the first such line"


def settings_rows(readme):
    """Of each row of the table of settings: its flags, its variables, and its default, as they stand there."""
    rows = [line.split("|")[1:4] for line in readme.splitlines() if re.match(r"\|[^|]*\| `LECTOR_", line)]
    for flags, variables, default in rows:
        yield re.findall(r"`(--[^`]+)`", flags), re.findall(r"`([^`]+)`", variables), default.strip()


def test_its_settings_are_the_programs(readme):
    """Every one stands there, once, beside the flag that is called like it."""
    rows = list(settings_rows(readme))
    named = [variable for _, variables, _ in rows for variable in variables]
    assert sorted(named) == sorted([f"LECTOR_{field.name.upper()}" for field in fields(Settings)] + [LOGIN, TOKEN])
    assert set(re.findall(r"`(LECTOR_\w+)`", readme)) == set(named)
    pairs = [pair for flags, variables, _ in rows if flags for pair in zip(flags, variables, strict=True)]
    called = {flag: flag.removeprefix("--no-").removeprefix("--").replace("-", "_") for flag, _ in pairs}
    assert [variable for _, variable in pairs] == [f"LECTOR_{name.upper()}" for name in called.values()]


def test_its_flags_are_the_programs(readme, capsys):
    """Those of its table are what `app.py` understands, but for the three that it names below the table."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    there = set(re.findall(r"(?<=\s)--[a-z][a-z-]+", capsys.readouterr().out.partition("usage:")[2]))
    named = {flag for flags, _, _ in settings_rows(readme) for flag in flags}
    assert named == there - {"--help", "--host", "--port", "--no-browser"}


def test_its_defaults_are_the_settings(readme):
    """Words say what a number cannot: there the setting leaves the choice to Lector."""
    for _, variables, default in settings_rows(readme):
        name = variables[0].removeprefix("LECTOR_").lower()
        value = getattr(Settings(), name, None)
        if re.fullmatch(r"`\w+`|\d+", default):
            assert default.strip("`") == str(int(value) if isinstance(value, bool) else value), name
        else:
            assert not value, f"{name} is {value}, and README says {default!r}"

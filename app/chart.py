"""The chart of a file as a table, without a model: `python -m app.chart docs/chart.png --format csv -o chart.csv`

Without `-o` it goes to the standard output, as CSV with an empty line between two charts. The name of the output says
the format where `--format` does not. `--overlay OUT.png` draws what was read over the picture, so that one sees whether
it fits. Values are `printed` (read) or `estimated` (measured); checks that fail and what could not be read are told.
Exit codes: 0 done, 1 no chart that can be read or not every page read, 2 wrong usage, 3 the file cannot be read, 130
interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from app.batch.pages import readable, tell_unread
from app.charts import as_json, as_markdown, charts_of, rows_of, write_xlsx
from app.opening import open_file
from app.settings import Settings, add_pages, add_reading
from app.sheets import write_out
from app.terminal import program, tell
from preprocess.charts.chart import Chart, NoChart
from preprocess.charts.redraw import overlay
from preprocess.document import Document

FORMATS = ("csv", "json", "md", "xlsx")


@program
def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    form = args.format or (args.output.suffix[1:].lower() if args.output else "csv")
    if wrong := _misuse(form, args.output, args.overlay):
        tell(f"error: {wrong}")
        return 2
    document = open_file(args.file, Settings.load(args), password=args.password, pages=args.pages)
    charts, errors = readable(document, _charts_or_why_not)
    tell_unread(errors)
    if charts is None:
        return 3
    if isinstance(charts, NoChart):
        tell(f"{args.file}: {charts}")
        return 1
    if args.overlay is not None and len(charts) > 1:
        tell(f"error: {args.file} has {len(charts)} charts; choose the page to draw over with --pages")
        return 2
    _write(charts, form, args.output)
    if args.overlay is not None:
        overlay(_picture(document, charts[0]), charts[0]).save(args.overlay)
    _tell_doubts(charts)
    return 1 if errors else 0


def _charts_or_why_not(document: Document) -> Sequence[Chart] | NoChart:
    try:
        return charts_of(document)
    except NoChart as reason:
        return reason


def _misuse(form: str, target: Path | None, shown: Path | None) -> str:
    """What is wrong with the outputs that were asked for; empty if nothing."""
    if form == "xlsx" and target is None:
        return "a workbook needs -o"
    if form not in FORMATS:
        return f"{target} is none of {', '.join(FORMATS)}"
    if shown is not None and Image.registered_extensions().get(shown.suffix.lower()) not in Image.SAVE:
        return f"{shown} is no picture's name; try one that ends in .png"
    return ""


def _write(charts: Sequence[Chart], form: str, target: Path | None) -> None:
    texts = {"json": partial(as_json, charts), "md": partial(as_markdown, charts)}
    write_out(form, target, [rows_of(chart) for chart in charts], texts, partial(write_xlsx, charts))


def _picture(document: Document, chart: Chart) -> Image.Image:
    return next(page for page in document.pages if page.number == chart.page).render()


def _tell_doubts(charts: Sequence[Chart]) -> None:
    for chart in charts:
        for check in chart.checks:
            if not check.passed:
                tell(f"page {chart.page}: check failed: {check.sentence}")
        for notice in chart.notices:
            tell(f"page {chart.page}: {notice}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.chart", description="The chart of a file as a table.")
    parser.add_argument("file", help="a picture or a PDF; one chart a page")
    parser.add_argument("--format", choices=FORMATS, help="default: as the output is named, else csv")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="file to write")
    parser.add_argument("--overlay", type=Path, metavar="OUT.png", help="draw what was read over the picture")
    parser.add_argument("--password", help="of a locked PDF")
    add_pages(parser)
    add_reading(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""What a preview costs: time and memory for tables, time and bytes for pages.

    python -m tests.bench.preview [--mebibytes 1024] [--rows 100000]

Times are printed with those of head, wc, grep, openpyxl and a bare Python start in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from omni_tui.preview.pages.document import PageDocument
from omni_tui.preview.tables import tables_in
from tests.drive.terminal import Terminal

_OPENS = """
import sys
from pathlib import Path
from omni_tui.launch_options import Arguments
from omni_tui.tui.app import OmniTui
from omni_tui.tui.messages import OpenPreview
class Opens(OmniTui):
    def on_key(self, event):
        if event.key == "f12":
            self.post_message(OpenPreview(Path(sys.argv[1])))
Opens(Arguments(demo=True)).run()
"""
_MEMORY = """
import re, sys
from pathlib import Path
from omni_tui.preview.tables import tables_in
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
table = tables_in(Path(sys.argv[1]))[0].grid()
table.build_index()
table.rows(table.progress.rows // 2, 40)
table.find("nowhere to be found", 0)
print((peak() - before) / 1024)
"""
_SIZES = ((120, 40), (80, 24))


def main() -> None:
    """Measure, and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=1024, help="the size of the CSV")
    parser.add_argument("--rows", type=int, default=100_000, help="the rows of the workbook")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # compiled modules, as an installed program has them
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        measure_csv(folder, typed.mebibytes)
        measure_json(folder, typed.mebibytes // 4)
        measure_workbook(folder, typed.rows)
        measure_pages(folder)


def timed(work: Callable[[], object], times: int = 1) -> float:
    """Return the median of this many runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def ran(*command: object) -> Callable[[], object]:
    return lambda: subprocess.run([str(word) for word in command], capture_output=True, check=False)


def measure_csv(folder: Path, mebibytes: int) -> None:
    path = folder / "big.csv"
    lines = "".join(
        f"{n},2026-11-30,North America,complete,{n * 37 % 100_000}.{n % 100:02d},Acme Stores {n % 977},X\n"
        for n in range(100_000)
    ).encode()
    with path.open("wb") as file:
        file.write(b"id,day,region,status,amount,customer,coupon\n")
        while file.tell() < mebibytes * 1024**2:
            file.write(lines)
        file.write(b"1,2,3,needle at the End,5,6,7\n")
    ran("cat", path)()
    head, lines_s = timed(ran("head", "-40", path), 9), timed(ran("wc", "-l", path), 3)
    grep = timed(ran("grep", "-c", "needle at the End", path), 3)
    grep_any_case = timed(ran("grep", "-ci", "needle at the end", path), 3)
    first = timed(lambda: tables_in(path)[0].grid().rows(0, 40), 9)
    table = tables_in(path)[0].grid()
    index = timed(table.build_index)
    chance = random.Random(1)
    jump = timed(lambda: table.rows(chance.randrange(table.progress.rows), 40), 51)
    search = timed(lambda: table.find("needle at the End", 0), 3)
    search_any_case = timed(lambda: table.find("needle at the end", 0), 3)
    print(f"CSV {mebibytes} MiB: first screen {first / head:.2f} × head -40,")
    print(f"  index {index / lines_s:.1f} × wc -l,")
    print(f"  jump {jump * 1000:.1f} ms, search {search / grep:.1f} × grep -c,")
    any_case, same_case = search_any_case / grep_any_case, search_any_case / grep
    print(f"  in any case {any_case:.1f} × grep -ci, {same_case:.1f} × grep -c,")
    print(f"  memory {memory(path)}")


def measure_json(folder: Path, mebibytes: int) -> None:
    path = folder / "big.json"
    with path.open("w") as file:
        file.write("[")
        rows = ",\n".join(json.dumps({"id": n, "region": "EMEA", "amount": n * 1.25}) for n in range(20_000))
        while file.tell() < mebibytes * 1024**2:
            file.write(f"{rows},\n")
        file.write(f"{rows}]")
    taken = timed(tables_in(path)[0].grid().build_index)
    print(f"JSON {mebibytes} MiB: index {taken:.1f} s, memory {memory(path)}")


def memory(path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", _MEMORY, path], capture_output=True, text=True, check=True)
    return f"+{float(done.stdout):.0f} MiB"


def measure_workbook(folder: Path, rows: int) -> None:
    import openpyxl
    import xlsxwriter

    path = folder / "big.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_row(
            row, 0, [row, "North America", row * 1.5, "complete", "x" * 12, row % 7, "b", 2.5, "c"]
        )
    book.close()

    def read_with_openpyxl() -> None:
        for _ in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True):
            pass

    table = tables_in(path)[0].grid()
    ours, theirs = timed(table.build_index), timed(read_with_openpyxl)
    assert table.progress.rows == rows - 1
    table.close()
    print(f"XLSX {rows:,} × 9: {ours:.2f} s, {ours / theirs:.2f} × openpyxl")


def measure_pages(folder: Path) -> None:
    pdf, png = folder / "page.pdf", folder / "page.png"
    draw_page(pdf)
    start = timed(ran(sys.executable, "-c", "pass"), 9)

    def cold() -> None:
        with closing(PageDocument(pdf)) as document:
            document.page(0, 116)

    cold()  # compiles the modules
    page = timed(cold, 9)
    print(f"PDF page, cold: {page * 1000:.0f} ms, {page / start:.1f} × a bare Python start")
    import pypdfium2

    pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().save(png)
    for path in (pdf, png):
        for size in _SIZES:
            opened, scrolled, covered = bytes_of(path, size)
            print(
                f"{path.suffix[1:].upper()} at {size[0]}×{size[1]}: {opened / 1000:.1f} kB,"
                f" scrolled by a line {scrolled / 1000:.1f} kB, help over it {covered / 1000:.1f} kB"
            )
    for columns, rows in _SIZES:
        with closing(PageDocument(png)) as document:
            picture = document.picture(8 * (columns - 4), 16 * (rows - 4))
        sent = len(picture.png) * 4 / 3
        print(f"PNG through kitty or iTerm2 at {columns}×{rows}: {sent / 1000:.1f} kB")


def draw_page(path: Path) -> None:
    """Draw a page like a dashboard's: cards, a donut, bars and a table."""
    canvas = Canvas(str(path), pagesize=(976, 962))
    canvas.setFillColor(colors.HexColor("#f3f5fa"))
    canvas.rect(0, 0, 976, 962, stroke=0, fill=1)
    canvas.setFillColor(colors.white)
    for x, y, width, height in ((30, 690, 440, 240), (500, 690, 440, 240), (30, 30, 910, 620)):
        canvas.rect(x, y, width, height, stroke=0, fill=1)
    series = ("#3b6ff5", "#14b8a6", "#f4a234", "#9b72f0", "#f05a78")
    for number, color in enumerate(series):
        canvas.setFillColor(colors.HexColor(color))
        canvas.wedge(80, 720, 260, 900, number * 72, 72, stroke=0, fill=1)
        canvas.rect(620, 890 - 40 * number, 280 - 50 * number, 24, stroke=0, fill=1)
    canvas.setFillColor(colors.HexColor("#20242e"))
    canvas.setFont("Helvetica", 9)
    for number in range(5):
        canvas.drawRightString(610, 898 - 40 * number, f"Region {number}")
    for row in range(40):
        for column in range(8):
            text = f"${row * 1234.5 + column:,.2f}" if column % 2 else f"Customer {row * 7 + column}"
            canvas.drawString(50 + 110 * column, 620 - 14 * row, text)
    canvas.save()


def bytes_of(path: Path, size: tuple[int, int]) -> tuple[int, int, int]:
    """Return how many bytes the program writes to open a page, to scroll by a line, and to open the help."""
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal([sys.executable, "-c", _OPENS, str(path)], folder=Path(home), size=size) as terminal,
    ):
        terminal.wait("Blob Web Traffic")
        counts = []
        for keys, shown in (("\x1b[24~", r"\d [kM]?B ─"), ("j", "zoom in"), ("?", "Keys")):
            while (before := len(terminal.painted)) != (terminal.read(2.0) and len(terminal.painted)):
                continue  # output that is still arriving
            terminal.press(keys)
            terminal.wait(shown)
            while (seen := len(terminal.painted)) != (terminal.read(2.0) and len(terminal.painted)):
                assert seen
            counts.append(len(terminal.painted) - before)
        return counts[0], counts[1], counts[2]


if __name__ == "__main__":
    main()

"""Open the tables in a saved file, each as a header and a stream of rows, for previews and comparisons.

for table in tables_in(path):
    with table.open() as rows:
        rows.header          # tuple of str
        for row in rows:     # list of str; may be shorter or longer than the header
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from omni_tui.preview.byte_sources import ByteSource, FileSource, MemberSource, members_of
from omni_tui.preview.errors import PreviewError, UnknownKind
from omni_tui.preview.grids.csv_grid import CsvGrid
from omni_tui.preview.grids.json_grid import JsonGrid
from omni_tui.preview.kinds import Kind, kind_of, kind_of_content
from omni_tui.preview.readers.csv_rows import csv_rows, sniffed
from omni_tui.preview.readers.json_records import columns_of, items, record_row
from omni_tui.preview.readers.sheets import SheetSource, sheet_names
from omni_tui.preview.readers.text_format import TextFormat


class Rows:
    """An open table: its header, then its rows. Iterating raises PreviewError."""

    def __init__(self, header: Sequence[str], rows: Iterator[list[str]]) -> None:
        self.header = tuple(header)
        self._rows = rows

    def __iter__(self) -> Iterator[list[str]]:
        return self._rows


class CsvTable:
    """A CSV: a file, a member of a ZIP, or a sheet. Unless its format is known, it is detected."""

    def __init__(
        self, source: ByteSource, name: str = "", kind: Kind = Kind.CSV, format_: TextFormat | None = None
    ) -> None:
        self.source = source
        self.name = name
        self.kind = kind
        self._format = format_

    def format(self) -> TextFormat:
        """Return its encoding and delimiter."""
        if self._format is not None:
            return self._format
        with self.source.open() as file:
            return sniffed(file, self.source.name)

    @contextmanager
    def open(self) -> Iterator[Rows]:
        """Open it."""
        format_ = self.format()
        with _errors_named(self.source.name), self.source.open() as file:
            file.read(format_.mark_bytes)
            rows = csv_rows(file, format_)
            yield Rows(next(rows, []), rows)

    def grid(self) -> CsvGrid:
        """Return its grid, not yet indexed."""
        return CsvGrid(self.source, self.format())


class JsonTable:
    """A JSON list of flat objects: a file, or a member of a ZIP. Opening reads it once to find columns."""

    kind = Kind.JSON

    def __init__(self, source: ByteSource, name: str = "") -> None:
        self.source = source
        self.name = name

    @contextmanager
    def open(self) -> Iterator[Rows]:
        """Open it. Raises NotAList if it isn't a list of objects."""
        with _errors_named(self.source.name):
            with self.source.open() as file:
                columns = tuple(columns_of(items(file)))
            with self.source.open() as file:
                yield Rows(columns, (record_row(record, columns) for record in items(file)))

    def grid(self) -> JsonGrid:
        """Return its grid, not yet indexed. Raises NotAList if it isn't a list of objects."""
        return JsonGrid(self.source)


# A table of a file. `name`: its sheet or member, empty for a file with one table; untrusted text. `open` and
# `grid` may be called several times; they block and raise PreviewError.
Table: TypeAlias = CsvTable | JsonTable


def tables_in(path: Path) -> list[Table]:
    """Return the tables of a CSV, JSON, XLSX or ZIP. Blocks; raises PreviewError.

    Skips members of a ZIP that aren't tables.
    """
    kind = kind_of(path)
    if kind is Kind.CSV:
        return [CsvTable(FileSource(path))]
    if kind is Kind.JSON:
        return [JsonTable(FileSource(path))]
    if kind is Kind.XLSX:
        sheets = (SheetSource(path, number, name) for number, name in enumerate(sheet_names(path)))
        return [CsvTable(sheet, sheet.name, kind, TextFormat()) for sheet in sheets]
    if kind is Kind.ZIP:
        sources = (MemberSource(path, member) for member in members_of(path))
        return [table for source in sources if (table := _member_table(source)) is not None]
    raise UnknownKind(f"{path.name} has no tables.")


@contextmanager
def _errors_named(name: str) -> Iterator[None]:
    """A context that adds the file's name to errors of readers, which have only its bytes."""
    try:
        yield
    except PreviewError as error:
        if name not in error.message:
            error.message = f"{name}: {error.message}"
        raise


def _member_table(source: MemberSource) -> Table | None:
    try:
        kind = kind_of_content(source.name, b"")
    except UnknownKind:
        return None
    if kind is Kind.CSV:
        return CsvTable(source, source.name)
    return JsonTable(source, source.name) if kind is Kind.JSON else None

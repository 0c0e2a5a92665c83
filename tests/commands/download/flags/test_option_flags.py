"""The flags: one for each row of the option table, parsed into values by wire name."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from omni_tui.commands.download.flags.option_flags import (
    add_option_flags,
    flag_of,
    out_of_place,
    problem_line,
    values_of,
)
from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.options.flags import format_list
from omni_tui.options.rules import problems
from omni_tui.options.spec import ExportRequest, Fix, Format, Kind, Problem, Severity
from omni_tui.options.table import OPTIONS


def read(*typed: str) -> dict[str, object]:
    parser = Parser("test")
    add_option_flags(parser)
    return dict(values_of(parser.parse_args(typed)))


def test_nothing_typed_is_nothing_set() -> None:
    assert read() == {}


@pytest.mark.parametrize("spec", OPTIONS, ids=lambda spec: spec.wire_name)
def test_each_row_has_a_flag_that_is_parsed(spec) -> None:
    flag = flag_of(spec.wire_name)
    if spec.kind is Kind.SWITCH:
        assert read(flag) == {spec.wire_name: True}
        assert read(f"--no-{flag.removeprefix('--')}") == {spec.wire_name: False}
        return
    typed, value = {
        Kind.INTEGER: ("5", 5),
        Kind.FILTERS: ('{"a": {"values": ["x"]}}', {"a": {"values": ["x"]}}),
    }.get(spec.kind, ("text", "text"))
    assert read(flag, typed) == {spec.wire_name: value}


def test_the_flags_are_the_names_on_the_wire_in_kebab_case() -> None:
    assert [flag_of(name) for name in ("queryIdentifierMapKey", "maxRowLimit", "userId", "filename")] == [
        "--query-identifier-map-key",
        "--max-row-limit",
        "--user-id",
        "--filename",
    ]


def test_the_help_names_the_formats_of_a_flag() -> None:
    parser = argparse.ArgumentParser()
    add_option_flags(parser)
    text = " ".join(parser.format_help().split())
    assert "For PDF and PNG." in text
    assert "For XLSX, CSV and JSON." in text
    for section in {spec.section for spec in OPTIONS}:
        assert f"{section.value.lower()}:" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_filters_come_from_a_file_too(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "filters.json"
    text = json.dumps({"orders.status": {"values": ["é"]}}, ensure_ascii=False)
    file.write_text(text, encoding=encoding)
    assert read("--filter-config", f"@{file}") == {"filterConfig": {"orders.status": {"values": ["é"]}}}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            ("--max-row-limit", "many"),
            "--max-row-limit: must be a whole number, such as 10000",
        ),
        (("--max-row-limit", "1.5"), "must be a whole number"),
        (("--filter-config", "{"), "--filter-config: isn't valid JSON"),
        (("--filter-config", "[1]"), "must be a JSON object"),
        (("--filter-config", "@/no/such/file"), "can't read /no/such/file: No such file"),
        (("--max-row",), "--max-row"),
    ],
)
def test_what_cannot_be_parsed_is_a_usage_error(typed: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(*typed)
    assert words in caught.value.message
    is_flag_cut = "--max-row" in typed
    assert caught.value.hint == ("Did you mean --max-row-limit?" if is_flag_cut else "See test --help.")


@pytest.mark.parametrize("fmt", Format)
def test_a_flag_that_the_format_does_not_have_is_rejected(fmt: Format) -> None:
    values = {spec.wire_name: "x" for spec in OPTIONS}
    refused = {problem.field for problem in out_of_place(fmt, values)}
    assert refused == {spec.wire_name for spec in OPTIONS if fmt not in spec.formats}
    assert all(problem.severity is Severity.ERROR for problem in out_of_place(fmt, values))


def test_an_option_of_another_format_names_its_formats() -> None:
    (problem,) = out_of_place(Format.CSV, {"paperFormat": "a4"})
    words = "--paper-format: CSV doesn't have this option, only PDF and PNG. Leave the flag out."
    assert problem_line(problem) == words


def test_a_problem_names_its_flag_and_the_suggested_fix() -> None:
    request = ExportRequest("12db1a0a", Format.JSON, {"maxRowLimit": 2_000_000})
    tile, rows = (problem_line(problem) for problem in problems(request))
    assert tile.startswith("--query-identifier-map-key: ")
    assert tile.endswith("Choose a tile: --query-identifier-map-key KEY.")
    assert rows.startswith("--max-row-limit: ")
    assert rows.endswith("Use 1,000,000: --max-row-limit 1000000.")


@pytest.mark.parametrize(
    ("fix", "end"),
    [
        (None, ""),
        (Fix("ask a colleague"), " Ask a colleague: --filename NAME."),
        (Fix("leave it out", {"filename": None}), " Leave the flag out."),
        (Fix("show it", {"hideTitle": False}), " Show it: --no-hide-title."),
        (Fix("hide it", {"hideTitle": True, "filename": None}), " Hide it: --hide-title without --filename."),
        (Fix("name it", {"filename": "a b"}), " Name it: --filename 'a b'."),
        (Fix("filter", {"filterConfig": {"a": {}}}), """ Filter: --filter-config '{"a": {}}'."""),
    ],
)
def test_a_fix_is_shown_as_what_to_type(fix: Fix | None, end: str) -> None:
    assert problem_line(Problem("filename", Severity.ERROR, "Wrong.", fix)) == f"--filename: Wrong.{end}"


def test_a_problem_without_an_option_has_no_flag() -> None:
    assert problem_line(Problem("", Severity.ERROR, "Wrong.", Fix("think again"))) == "Wrong. Think again."


def test_formats_are_listed() -> None:
    assert format_list([Format.JSON]) == "JSON"
    assert format_list({Format.JSON, Format.CSV, Format.XLSX}) == "XLSX, CSV and JSON"


def test_a_file_with_filters_without_an_end_is_rejected() -> None:
    with pytest.raises(UsageError, match="can't read /dev/zero: it has more than"):
        read("--filter-config", "@/dev/zero")

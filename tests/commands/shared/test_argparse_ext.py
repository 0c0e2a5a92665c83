"""The parser: what follows -- is never a flag."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from omni_tui.cli import main
from omni_tui.commands.download.flags.parser import build_parser
from omni_tui.commands.shared.exit_codes import UsageError


def test_words_after_two_dashes_are_dashboards_even_if_they_look_like_flags() -> None:
    parsed = build_parser().parse_words(["one", "--format", "pdf", "two", "--", "-three", "--json", "--"])
    assert parsed.dashboards == ["one", "two", "-three", "--json", "--"]
    assert not parsed.json


def test_words_before_two_dashes_that_look_like_flags_are_rejected() -> None:
    with pytest.raises(UsageError, match="Unrecognized arguments: -three"):
        build_parser().parse_words(["one", "--format", "pdf", "-three"])


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("--formt=csv", "Did you mean --format?"),
        ("--landscape", "See omni-tui download --help."),
        ("-x", "See omni-tui download --help."),
    ],
)
def test_an_unknown_flag_gets_the_closest_one(typed: str, hint: str) -> None:
    with pytest.raises(UsageError, match="Unrecognized arguments: ") as caught:
        build_parser().parse_words(["one", typed])
    assert caught.value.hint == hint


def test_a_format_may_be_in_upper_case() -> None:
    assert build_parser().parse_words(["one", "--format", "CSV"]).format == "csv"


def test_help_is_printed_in_any_encoding_and_fails_on_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with io.TextIOWrapper(io.BytesIO(), "ascii") as output:
        monkeypatch.setattr("sys.stdout", output)
        assert main(["diff", "--help"]) == 0
        output.seek(0)
        assert "[--key COLUMN]? [--json]" in output.read()
    if Path("/dev/full").exists():
        for typed in ("--help", "--version"):
            with open("/dev/full", "w") as output:
                monkeypatch.setattr("sys.stdout", output)
                assert main([typed]) == 1
            assert "omni-tui: Can't write to standard output: No space" in capsys.readouterr().err

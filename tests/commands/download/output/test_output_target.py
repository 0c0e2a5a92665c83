"""Resolving `--output`."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.commands.download.output_target import Target, make_folder, target_of
from omni_tui.commands.shared.exit_codes import UsageError


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_by_default_the_settings_decide() -> None:
    assert target_of(None, 3) == Target()


def test_a_folder_takes_any_number(tmp_path: Path) -> None:
    assert target_of(str(tmp_path), 3) == Target(folder=tmp_path)
    assert target_of(".", 1) == Target(folder=tmp_path)


def test_a_name_with_a_slash_at_its_end_is_a_folder_to_create(tmp_path: Path) -> None:
    folder = tmp_path / "exports" / "today"
    assert target_of("exports/today/", 2) == Target(folder=folder, is_new_folder=True)
    assert not folder.parent.exists()
    make_folder(folder)
    assert target_of("exports/today/", 2) == Target(folder=folder)


def test_a_folder_that_cannot_be_created_says_why() -> None:
    Path("file").write_text("")
    with pytest.raises(UsageError, match="can't be created"):
        make_folder(Path("file/folder"))


def test_anything_else_is_a_file_in_an_existing_folder(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    assert target_of("report.pdf", 1) == Target(folder=tmp_path, file_name="report.pdf")
    assert target_of("there/report.pdf", 1) == Target(folder=there, file_name="report.pdf")


def test_the_home_folder_may_be_written_as_a_tilde(fake_home: Path) -> None:
    assert target_of("~/report.pdf", 1) == Target(folder=fake_home, file_name="report.pdf")


def test_standard_output() -> None:
    assert target_of("-", 1) == Target(is_standard_output=True)


@pytest.mark.parametrize(
    ("output", "count", "words"),
    [
        ("-", 2, "takes one download"),
        ("report.pdf", 2, "report.pdf is not a folder"),
        ("missing/report.pdf", 1, "there is no folder /"),
        ("", 1, "--output is empty"),
    ],
)
def test_invalid_targets_are_rejected_with_a_suggested_fix(output: str, count: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        target_of(output, count)
    assert words in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "words"), [("n" * 300, "File name too long"), ("gone.csv", "a broken link")]
)
def test_no_file_is_made_beside_what_can_take_none(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to(tmp_path / "gone.csv")  # to itself: nothing is behind it
    with pytest.raises(UsageError, match=words):
        target_of(str(tmp_path / name), 1)

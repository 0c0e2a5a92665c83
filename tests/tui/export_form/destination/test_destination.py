from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult

from omni_tui.tui.export_form.destination.destination import PathLine, Target, check_target
from tests.tui.waiting import screen_lines

NAMES = ("Blob EMEA.pdf", "Blob APAC.pdf", "Blob AMER.pdf")


class LineApp(App[None]):
    CSS: ClassVar[str] = "PathLine { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.line = PathLine()

    def compose(self) -> ComposeResult:
        yield self.line


async def shown(target: Target, width: int = 80) -> str:
    app = LineApp()
    async with app.run_test(size=(width, 3)) as pilot:
        app.line.show_target(target)
        await pilot.pause()
        return screen_lines(pilot)[0].rstrip()


def test_a_free_name_is_kept(tmp_path: Path) -> None:
    seen = check_target(Target(tmp_path, ("a.pdf",)))
    assert (seen.free_names, seen.problem) == (("a.pdf",), None)


def test_an_existing_name_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    (tmp_path / "a (2).pdf").symlink_to("nowhere")
    assert check_target(Target(tmp_path, ("a.pdf",))).free_names == ("a (3).pdf",)


def test_several_files_get_different_names(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    seen = check_target(Target(tmp_path, ("a.pdf", "b.pdf", "a.pdf", "b.pdf", "a (3).pdf")))
    assert seen.free_names == ("a (2).pdf", "b.pdf", "a (3).pdf", "b (2).pdf", "a (3) (2).pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf"]


def test_a_missing_folder_is_reported_and_not_created(tmp_path: Path) -> None:
    seen = check_target(Target(tmp_path / "new", ("a.pdf", "b.pdf")))
    assert seen.problem is not None
    assert (seen.problem.field, seen.free_names) == ("folder", ())
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    assert check_target(seen) == Target(tmp_path / "new", ("a.pdf", "b.pdf"), ("a.pdf", "b.pdf"))


SRV, EXPORTS = Path("/srv"), Path("/srv/exports")
THREE = Target(SRV, NAMES)
TAKEN = Target(EXPORTS, ("Blob.csv",), ("Blob (2).csv",))
DEEP = Path("/srv/a/long/way/down/to/the/exports")


@pytest.mark.parametrize(
    ("target", "width", "words"),
    [
        (Target(EXPORTS, ("Blob.pdf",)), 80, "→ /srv/exports/Blob.pdf"),
        (TAKEN, 80, "→ /srv/exports/Blob (2).csv  name already exists"),
        (TAKEN, 40, "→ /srv/exports/Blob (2).csv"),
        (Target(EXPORTS, ("Blob.pdf",)), 20, "→ …/exports/Blob.pdf"),
        (THREE, 80, "→ /srv/  3 files: Blob EMEA.pdf, Blob APAC.pdf, Blob AMER.pdf"),
        (THREE, 62, "→ /srv/  3 files: Blob EMEA.pdf, Blob APAC.pdf, Blob AMER.pdf"),
        (THREE, 60, "→ /srv/  3 files: Blob EMEA.pdf, Blob APAC.pdf …"),
        (THREE, 40, "→ /srv/  3 files: Blob EMEA.pdf …"),
        (THREE, 26, "→ /srv/  3 files: Blob EM…"),
        (Target(DEEP, ("a.pdf", "b.pdf")), 44, "→ …/to/the/exports/  2 files: a.pdf, b.pdf"),
        (
            Target(Path("/"), ("a.pdf", "a.pdf"), ("a (2).pdf", "a (3).pdf")),
            80,
            "→ /  2 files: a (2).pdf, a (3).pdf",
        ),
        (Target(SRV, ("a.pdf", "b.pdf", "a.pdf")), 80, "→ /srv/  3 files: a.pdf, b.pdf, a (2).pdf"),
        (Target(SRV, ("a.pdf", *("b.pdf",) * 1233)), 40, "→ /srv/  1,234 files: a.pdf, b.pdf …"),
        # hostile names
        (Target(Path("/srv/[red]x\x1b[31m\ny"), ("한글[/].pdf",)), 80, "→ /srv/[red]x y/한글[/].pdf"),
        (
            Target(Path("/srv/\x1b[31m\ny"), ("[b]\u202e.pdf", "\n[/x]")),
            80,
            "→ /srv/ y/  2 files: [b].pdf,  [/x]",
        ),
    ],
)
async def test_what_is_shown(target: Target, width: int, words: str) -> None:
    assert await shown(target, width) == words


async def test_a_folder_under_home_is_shown_with_a_tilde(fake_home: Path) -> None:
    target = await asyncio.to_thread(check_target, Target(fake_home, ("a.pdf",)))
    assert await shown(target) == "→ ~/a.pdf"

"""A picture through the terminal's own protocol: one, in its place, and gone with the screen."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from PIL import Image
from textual.geometry import Region

from omni_tui.tui.messages import OpenPreview
from omni_tui.tui.preview.screen import PreviewScreen
from omni_tui.tui.preview.terminal_picture import fitted_region, placed, removed, takes_pictures
from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import wait_for, wait_for_text


@pytest.mark.parametrize(("kind", "takes"), [(Kind.KITTY, True), (Kind.WEZTERM, True), (Kind.XTERM, False)])
def test_only_some_terminals_show_pictures_and_none_under_tmux(kind: Kind, takes: bool) -> None:
    assert takes_pictures(Terminal(kind)) is takes
    assert not takes_pictures(Terminal(kind, Multiplexer.TMUX))


def test_a_picture_keeps_its_proportions() -> None:
    assert fitted_region(Region(1, 2, 100, 30), 1000, 1000) == Region(21, 2, 60, 30)
    assert fitted_region(Region(1, 2, 100, 30), 4000, 1000) == Region(1, 2, 100, 12)


def test_kitty_gets_the_picture_in_parts() -> None:
    png = bytes(range(256)) * 40
    sent = placed(Terminal(Kind.KITTY), png, Region(4, 2, 10, 5))
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert base64.b64decode("".join(data for _, data in parts)) == png
    assert all(len(data) <= 4096 for _, data in parts)
    assert [control[-3:] for control, _ in parts] == [*["m=1"] * (len(parts) - 1), "m=0"][: len(parts)]
    assert sent.startswith("\x1b7\x1b[3;5H")
    assert "c=10,r=5" in parts[0][0]


@pytest.mark.parametrize("kind", [Kind.KITTY, Kind.ITERM2])
async def test_the_picture_is_sent_once_and_removed_with_the_screen(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.png"
    Image.new("RGB", (300, 200), "red").save(path)
    app = fake_app(FakeServices(documents=[document("Board")]))
    sent: list[str] = []
    monkeypatch.setattr(app, "send", sent.append)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Board")
        app.terminal = Terminal(kind)
        app.post_message(OpenPreview(path))
        begin = "\x1b7"
        await wait_for(pilot, lambda: [each for each in sent if each.startswith(begin)], "the picture")
        await pilot.press("f1")
        await wait_for(pilot, lambda: not isinstance(app.screen, PreviewScreen), "the help")
        await wait_for(pilot, lambda: removed(app.terminal) in sent, "its end")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len([each for each in sent if each.startswith(begin)]) == 2, "it again")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(app.screen_stack) == 1, "the list")
        assert [each for each in sent if each == removed(app.terminal) or each.startswith(begin)][1::2] == [
            removed(app.terminal)
        ] * 2

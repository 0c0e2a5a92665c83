"""Wait in pilots for what should appear, instead of sleeping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from rich.style import Style
from textual.pilot import Pilot
from textual.widget import Widget

# Only a failing test reaches this limit.
LIMIT_SECONDS = 30.0
# Between two checks; the program's timers need real time to pass.
LOOK_AGAIN_SECONDS = 0.01


async def wait_for(
    pilot: Pilot[object],
    condition: Callable[[], object],
    what: str = "",
    *,
    limit_seconds: float = LIMIT_SECONDS,
) -> None:
    """Wait until `condition()` is true; otherwise raise AssertionError with `what` and the screen's text."""
    end = time.monotonic() + limit_seconds
    await pilot.pause()
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what or condition}\n{screen_text(pilot)}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        await pilot.pause()


async def wait_for_text(pilot: Pilot[object], text: str, *, limit_seconds: float = LIMIT_SECONDS) -> None:
    """Wait until the screen shows `text` in one of its lines."""
    await wait_for(
        pilot, lambda: text in screen_text(pilot), f"{text!r} on the screen", limit_seconds=limit_seconds
    )


def screen_lines(pilot: Pilot[object]) -> list[str]:
    """Return the screen line by line, without colors."""
    width, height = pilot.app.size
    strips = pilot.app.screen._compositor.render_strips()
    lines = ["".join(segment.text for segment in strip).ljust(width) for strip in strips]
    return lines[:height]


def screen_cells(pilot: Pilot[object]) -> list[list[tuple[object, ...]]]:
    """Return each cell of the screen with its visible style; of a blank, only its background."""
    return [
        [_seen(character, style) for text, style, _ in strip for character in text]
        for strip in pilot.app.screen._compositor.render_strips()
    ]


def _seen(character: str, style: Style | None) -> tuple[object, ...]:
    if style is None:
        return (character,)
    attributes = (style.color, style.bold, style.dim, style.link) if character != " " else ()
    return (character, style.bgcolor, style.underline, *attributes)


def screen_text(pilot: Pilot[object]) -> str:
    """Return the screen as one text."""
    return "\n".join(line.rstrip() for line in screen_lines(pilot))


def widget_lines(pilot: Pilot[object], widget: Widget) -> list[str]:
    """Return a widget's lines on the screen, without its frame."""
    region = widget.content_region
    return [line[region.x : region.right].rstrip() for line in screen_lines(pilot)[region.y : region.bottom]]

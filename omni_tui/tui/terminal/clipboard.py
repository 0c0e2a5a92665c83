"""A text for the clipboard of the laptop: nobody can know that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from omni_tui.tui.terminal.detect import Multiplexer, Terminal
from omni_tui.tui.terminal.escape_sequences import clipboard, wrapped
from omni_tui.tui.terminal.tmux import ask_tmux


async def copy(text: str, terminal: Terminal, send: Callable[[str], None], is_inside_tmux: bool) -> None:
    """Send it by OSC 52.

    As tmux comes, it takes that sequence from nobody, but hands on what it is given by its own command.
    `is_inside_tmux` says that this command reaches the one around us, not one at the laptop.
    """
    if is_inside_tmux and await asyncio.to_thread(_load_tmux_buffer, text):
        return
    sequence = clipboard(text)
    if not terminal.has_strings:
        return
    send(sequence)
    if terminal.multiplexer in (Multiplexer.TMUX, Multiplexer.SCREEN):
        send(wrapped(sequence, terminal.multiplexer))


def _load_tmux_buffer(text: str) -> bool:
    """Whether tmux took it, and sent it to its terminal (-w, since 3.2)."""
    done = ask_tmux("load-buffer", "-w", "-", told=text)
    return done is not None and done.returncode == 0

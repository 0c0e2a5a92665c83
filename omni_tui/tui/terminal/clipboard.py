"""Sends a text to the clipboard of the user's computer. No terminal confirms that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from omni_tui.tui.terminal.detect import Multiplexer, Terminal
from omni_tui.tui.terminal.escape_sequences import clipboard, wrapped
from omni_tui.tui.terminal.tmux import ask_tmux


async def copy(text: str, terminal: Terminal, send: Callable[[str], None], is_inside_tmux: bool) -> None:
    """Send the text with OSC 52, or with tmux's own command.

    By default tmux ignores OSC 52, but forwards what its `load-buffer` command gets. `is_inside_tmux` means
    that this command reaches the tmux that the program runs in.
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
    """Load the text into tmux, which sends it to its terminal (-w, since 3.2); return whether it did."""
    done = ask_tmux("load-buffer", "-w", "-", stdin=text)
    return done is not None and done.returncode == 0

"""Detects the terminal, and what it supports.

Over SSH little more than TERM arrives (and LC_TERMINAL, if the terminal sets it and both sides pass LC_*).
If that isn't enough, the program asks the terminal for its name (XTVERSION). A terminal that doesn't reply
is treated as xterm; the setting `terminal` overrides that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(StrEnum):
    """A kind of terminal; the value is its name in the settings."""

    XTERM = "xterm"
    ITERM2 = "iterm2"
    WEZTERM = "wezterm"
    KITTY = "kitty"
    GHOSTTY = "ghostty"
    FOOT = "foot"
    URXVT = "urxvt"
    VTE = "vte"
    CONSOLE = "console"
    """A Linux console, a VT220 and the like: may print sequences that it doesn't know."""


class Multiplexer(Enum):
    """What is between the program and the terminal, and handles or drops sequences."""

    NONE = "none"
    TMUX = "tmux"
    SCREEN = "screen"
    UNKNOWN = "unknown"
    """TERM is screen, which both set; a sequence wrapped for one is garbage to the other."""


class NotificationKind(Enum):
    """The sequence for a desktop notification."""

    NONE = 0
    OSC_9 = 9
    OSC_99 = 99
    OSC_777 = 777


class Transfer(Enum):
    """How a terminal receives a file."""

    NONE = "none"
    WHOLE = "whole"
    """One sequence for the whole file (OSC 1337 File=): nothing else can be written meanwhile."""
    PARTS = "parts"
    """Many short sequences (MultipartFile=, FilePart=, FileEnd); the screen can update between them."""
    KITTY = "kitty"
    """kitty's protocol (OSC 5113), which asks the user and replies to each step. tmux drops the replies."""


_ALERTS = {
    Kind.KITTY: NotificationKind.OSC_99,
    Kind.FOOT: NotificationKind.OSC_777,
    Kind.GHOSTTY: NotificationKind.OSC_777,
    Kind.URXVT: NotificationKind.OSC_777,
    Kind.VTE: NotificationKind.OSC_777,
    Kind.CONSOLE: NotificationKind.NONE,
}
# By prefix of TERM.
_TERMS = {
    "xterm-kitty": Kind.KITTY,
    "xterm-ghostty": Kind.GHOSTTY,
    "foot": Kind.FOOT,
    "rxvt": Kind.URXVT,
    "wezterm": Kind.WEZTERM,
    "linux": Kind.CONSOLE,
    "vt": Kind.CONSOLE,
    "ansi": Kind.CONSOLE,
    "cons25": Kind.CONSOLE,
    "dumb": Kind.CONSOLE,
}
# By the first word of TERM_PROGRAM, LC_TERMINAL or the terminal's reply, in lowercase: `iTerm.app`,
# `WezTerm 20240203-110809-5046fc22`, `foot(1.16)`.
_PROGRAMS = {
    "iterm": Kind.ITERM2,
    "iterm2": Kind.ITERM2,
    "wezterm": Kind.WEZTERM,
    "kitty": Kind.KITTY,
    "ghostty": Kind.GHOSTTY,
    "foot": Kind.FOOT,
    "vte": Kind.VTE,
}
# A longer name is ignored.
_MAX_NAME_CHARACTERS = 128
# TERM prefixes of terminals that clear cells in the current background color (terminfo `bce`), and kitty,
# which does so for all but scrolled-in lines. tmux and screen don't, and clearing there would save nothing.
_CLEARING = (
    "xterm",
    "linux",
    "rxvt",
    "alacritty",
    "foot",
    "wezterm",
    "ghostty",
    "konsole",
    "gnome",
    "vte",
    "putty",
)
# TERM prefixes of terminals that can scroll lines within margins (`csr`, `dl`, `il`).
_SCROLLING = (*_CLEARING, "screen", "tmux", "vt1", "vt2", "vt3", "vt4", "vt5", "st-", "contour")
# The first version of iTerm2 that receives files in parts.
_ITERM2_PARTS = (3, 5)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal and its multiplexer. `version` is the terminal's, empty if unknown."""

    kind: Kind = Kind.XTERM
    multiplexer: Multiplexer = Multiplexer.NONE
    version: tuple[int, ...] = ()

    @property
    def notification_kind(self) -> NotificationKind:
        """How it shows a desktop notification. Most terminals ignore OSC 9 if they don't support it."""
        return _ALERTS.get(self.kind, NotificationKind.OSC_9)

    @property
    def transfer(self) -> Transfer:
        """How it receives a file. screen's limit for sequences is too short for one."""
        if self.multiplexer in (Multiplexer.SCREEN, Multiplexer.UNKNOWN):
            return Transfer.NONE
        if self.kind is Kind.ITERM2:
            is_old = self.version and self.version < _ITERM2_PARTS
            return Transfer.WHOLE if is_old else Transfer.PARTS
        if self.kind is Kind.KITTY and self.multiplexer is Multiplexer.NONE:
            return Transfer.KITTY
        return Transfer.WHOLE if self.kind is Kind.WEZTERM else Transfer.NONE

    @property
    def has_strings(self) -> bool:
        """Whether it handles or ignores sequences that contain text."""
        return self.kind is not Kind.CONSOLE


def terminal_of(environ: Mapping[str, str], configured: str = "", reply: str = "") -> Terminal:
    """Return the terminal that this environment describes.

    `configured` is its name from the settings, `reply` its own untrusted reply; either may be empty.
    """
    if reply and should_ask_for_name(environ, configured):
        kind = _kind_by_reply(reply)
        return Terminal(kind, Multiplexer.NONE, _numbers(reply) if kind is Kind.ITERM2 else ())
    term = environ.get("TERM", "").lower()
    kind = Kind(configured) if configured in set(Kind) else _kind(environ, term)
    is_direct = environ.get("TERM_PROGRAM", "").lower().startswith("iterm")  # inside tmux, it is tmux's
    version = environ.get("LC_TERMINAL_VERSION") or environ.get(
        "TERM_PROGRAM_VERSION" if is_direct else "", ""
    )
    return Terminal(kind, _multiplexer(environ, term), _numbers(version) if kind is Kind.ITERM2 else ())


def should_ask_for_name(environ: Mapping[str, str], configured: str = "") -> bool:
    """Return whether to ask the terminal for its name: it is unknown, and ignores unknown sequences.

    tmux and screen would reply with their own names, and Apple's Terminal prints parts of some sequences.
    """
    terminal = terminal_of(environ, configured)
    is_known = bool(configured) or terminal.kind is not Kind.XTERM
    is_apple = environ.get("TERM_PROGRAM") == "Apple_Terminal"
    is_direct = terminal.multiplexer is Multiplexer.NONE
    return is_direct and moves_lines(environ) and not (is_known or is_apple)


def clears_in_color(environ: Mapping[str, str]) -> bool:
    """Return whether cleared cells get the current background color."""
    term = environ.get("TERM", "").lower()
    return term.startswith(_CLEARING) and _multiplexer(environ, term) is Multiplexer.NONE


def moves_lines(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal can scroll a region of lines."""
    return environ.get("TERM", "").lower().startswith(_SCROLLING)


def _kind(environ: Mapping[str, str], term: str) -> Kind:
    by_term = next((kind for prefix, kind in _TERMS.items() if term.startswith(prefix)), None)
    program, ssh_program = environ.get("TERM_PROGRAM", ""), environ.get("LC_TERMINAL", "")
    if named := by_term or _program_kind(program) or _program_kind(ssh_program):
        return named
    if environ.get("KITTY_WINDOW_ID"):
        return Kind.KITTY
    return Kind.VTE if environ.get("VTE_VERSION") else Kind.XTERM


def _program_kind(text: str) -> Kind | None:
    return _PROGRAMS.get(re.split(r"\W", text.lower(), maxsplit=1)[0])


def _kind_by_reply(reply: str) -> Kind:
    """Return the kind for a terminal's reply; xterm if it is unknown or malformed."""
    if len(reply) > _MAX_NAME_CHARACTERS or not (reply.isascii() and reply.isprintable()):
        return Kind.XTERM
    return _program_kind(reply) or Kind.XTERM


def _numbers(version: str) -> tuple[int, ...]:
    """Return (3, 5, 3) for `iTerm2 3.5.3`, ignoring the digit in the name."""
    return tuple(int(number) for number in re.findall(r"\b\d+", version)[:3])


def _multiplexer(environ: Mapping[str, str], term: str) -> Multiplexer:
    if environ.get("TMUX") or term.startswith("tmux"):
        return Multiplexer.TMUX
    if environ.get("STY"):
        return Multiplexer.SCREEN
    return Multiplexer.UNKNOWN if term.startswith("screen") else Multiplexer.NONE

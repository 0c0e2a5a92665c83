"""Which terminal this is, as far as it can be told, and what it is known to understand.

Over SSH little more than TERM arrives (and LC_TERMINAL, where the terminal sets it and both sides pass LC_*).
Where that does not tell, the terminal is asked for its name (XTVERSION). One that does not answer is taken
for a plain xterm, and the setting `terminal` says it where that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(StrEnum):
    """A terminal that can do more, or less, than others; the value is its name in the settings."""

    XTERM = "xterm"
    ITERM2 = "iterm2"
    WEZTERM = "wezterm"
    KITTY = "kitty"
    GHOSTTY = "ghostty"
    FOOT = "foot"
    URXVT = "urxvt"
    VTE = "vte"
    CONSOLE = "console"
    """A Linux console, a VT220 and their like: it may print what it does not know of a longer sequence."""


class Multiplexer(Enum):
    """What stands between the program and the terminal, and takes or drops what it does not know."""

    NONE = "none"
    TMUX = "tmux"
    SCREEN = "screen"
    UNKNOWN = "unknown"
    """TERM says screen, as it does inside either; what is wrapped for the one is garbage to the other."""


class Alert(Enum):
    """By which sequence a terminal shows a desktop notification."""

    NONE = 0
    OSC_9 = 9
    OSC_99 = 99
    OSC_777 = 777


class Transfer(Enum):
    """How a terminal takes a file."""

    NONE = "none"
    WHOLE = "whole"
    """One sequence for all of it (OSC 1337 File=): nothing else can be written meanwhile."""
    PARTS = "parts"
    """Many short ones (MultipartFile=, FilePart=, FileEnd), with room for the screen between."""
    KITTY = "kitty"
    """kitty's own protocol (OSC 5113), which asks first and answers each step. tmux keeps the answers."""


_ALERTS = {
    Kind.KITTY: Alert.OSC_99,
    Kind.FOOT: Alert.OSC_777,
    Kind.GHOSTTY: Alert.OSC_777,
    Kind.URXVT: Alert.OSC_777,
    Kind.VTE: Alert.OSC_777,
    Kind.CONSOLE: Alert.NONE,
}
# By how TERM begins, TERM_PROGRAM or LC_TERMINAL in small letters.
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
_PROGRAMS = {
    "iterm": Kind.ITERM2,
    "wezterm": Kind.WEZTERM,
    "ghostty": Kind.GHOSTTY,
    "kitty": Kind.KITTY,
}
# By how the terminal's own answer begins, in small letters: `WezTerm 20240203-110809-5046fc22`, `foot(1.16)`.
_ANSWERS = {
    "iterm2 ": Kind.ITERM2,
    "wezterm ": Kind.WEZTERM,
    "kitty(": Kind.KITTY,
    "ghostty ": Kind.GHOSTTY,
    "foot(": Kind.FOOT,
    "vte(": Kind.VTE,
}
# No name is longer; a longer answer is none.
_MOST_NAME_CHARACTERS = 128
# By how TERM begins: those whose terminfo says that what is cleared takes the color that is set (`bce`), and
# kitty, where only lines that become free do not.
# Inside tmux and screen it does not, and there is no line before them that it would spare.
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
# And those that can move lines within margins (`csr`, `dl`, `il`): of the others, nobody knows.
_SCROLLING = (*_CLEARING, "screen", "tmux", "vt1", "vt2", "vt3", "vt4", "vt5", "st-", "contour")
# From this version on, iTerm2 takes a file in parts.
_ITERM2_PARTS = (3, 5)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal and what stands before it. `version` is the terminal's own, as far as it is known."""

    kind: Kind = Kind.XTERM
    multiplexer: Multiplexer = Multiplexer.NONE
    version: tuple[int, ...] = ()

    @property
    def alert(self) -> Alert:
        """How it shows a desktop notification; most that do not know OSC 9 ignore it."""
        return _ALERTS.get(self.kind, Alert.OSC_9)

    @property
    def transfer(self) -> Transfer:
        """How it takes a file. What screen lets through is too short for one."""
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
        """Whether it takes sequences that hold a text, or is at least sure to leave them out."""
        return self.kind is not Kind.CONSOLE


def terminal_of(environ: Mapping[str, str], told: str = "", answer: str = "") -> Terminal:
    """The terminal that this environment belongs to.

    `told` is its name from the settings, `answer` what it said itself (of which anything may stand in it);
    either may be empty.
    """
    if answer and asks_for_name(environ, told):
        kind = _kind_that_answers(answer)
        return Terminal(kind, Multiplexer.NONE, _numbers(answer) if kind is Kind.ITERM2 else ())
    term = environ.get("TERM", "").lower()
    kind = Kind(told) if told in set(Kind) else _kind(environ, term)
    is_direct = environ.get("TERM_PROGRAM", "").lower().startswith("iterm")  # inside tmux, it is tmux's
    version = environ.get("LC_TERMINAL_VERSION") or environ.get(
        "TERM_PROGRAM_VERSION" if is_direct else "", ""
    )
    return Terminal(kind, _multiplexer(environ, term), _numbers(version) if kind is Kind.ITERM2 else ())


def asks_for_name(environ: Mapping[str, str], told: str = "") -> bool:
    """Whether to ask the terminal: nothing tells which it is, and it leaves out what it does not know.

    tmux and screen would tell their own names, and Apple's terminal prints the letters of some questions.
    """
    terminal = terminal_of(environ, told)
    is_known = bool(told) or terminal.kind is not Kind.XTERM
    is_apple = environ.get("TERM_PROGRAM") == "Apple_Terminal"
    is_direct = terminal.multiplexer is Multiplexer.NONE
    return is_direct and moves_lines(environ) and not (is_known or is_apple)


def clears_in_color(environ: Mapping[str, str]) -> bool:
    """Whether cells that this terminal clears take the background color that is set."""
    term = environ.get("TERM", "").lower()
    return term.startswith(_CLEARING) and _multiplexer(environ, term) is Multiplexer.NONE


def moves_lines(environ: Mapping[str, str]) -> bool:
    """Whether this terminal can be told to move some of its lines."""
    return environ.get("TERM", "").lower().startswith(_SCROLLING)


def _kind(environ: Mapping[str, str], term: str) -> Kind:
    for begin, kind in _TERMS.items():
        if term.startswith(begin):
            return kind
    programs = (environ.get("TERM_PROGRAM", ""), environ.get("LC_TERMINAL", ""))
    for program in programs:
        for begin, kind in _PROGRAMS.items():
            if program.lower().startswith(begin):
                return kind
    if environ.get("KITTY_WINDOW_ID"):
        return Kind.KITTY
    return Kind.VTE if environ.get("VTE_VERSION") else Kind.XTERM


def _kind_that_answers(answer: str) -> Kind:
    """Whose name it is; a plain xterm's where it is nobody's, or holds what is in no name."""
    if len(answer) > _MOST_NAME_CHARACTERS or not (answer.isascii() and answer.isprintable()):
        return Kind.XTERM
    return next((kind for begin, kind in _ANSWERS.items() if answer.lower().startswith(begin)), Kind.XTERM)


def _numbers(version: str) -> tuple[int, ...]:
    """`3.5.3` of `iTerm2 3.5.3`, whose name has a digit, too."""
    return tuple(int(number) for number in re.findall(r"\b\d+", version)[:3])


def _multiplexer(environ: Mapping[str, str], term: str) -> Multiplexer:
    if environ.get("TMUX") or term.startswith("tmux"):
        return Multiplexer.TMUX
    if environ.get("STY"):
        return Multiplexer.SCREEN
    return Multiplexer.UNKNOWN if term.startswith("screen") else Multiplexer.NONE

"""Which terminal an environment belongs to, and what that terminal understands."""

from __future__ import annotations

import re
import subprocess
import typing

import pytest

from omni_tui.settings.models import Settings
from omni_tui.tui.terminal.detect import (
    Kind,
    Multiplexer,
    NotificationKind,
    Terminal,
    Transfer,
    clears_in_color,
    moves_lines,
    should_ask_for_name,
    terminal_of,
)


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({"TERM": "xterm-256color"}, Kind.XTERM),
        ({}, Kind.XTERM),
        ({"TERM": "xterm-kitty"}, Kind.KITTY),
        ({"TERM": "xterm-ghostty"}, Kind.GHOSTTY),
        ({"TERM": "foot-extra"}, Kind.FOOT),
        ({"TERM": "rxvt-unicode-256color"}, Kind.URXVT),
        ({"TERM": "linux"}, Kind.CONSOLE),
        ({"TERM": "vt220"}, Kind.CONSOLE),
        ({"TERM": "dumb"}, Kind.CONSOLE),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Kind.WEZTERM),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, Kind.ITERM2),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, Kind.ITERM2),  # as it comes over SSH
        ({"TERM": "screen", "TMUX": "x", "TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2"}, Kind.ITERM2),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, Kind.VTE),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Kind.KITTY),
    ],
)  # fmt: skip
def test_the_terminal_is_detected_by_the_environment(environ: dict[str, str], kind: Kind) -> None:
    assert terminal_of(environ).kind is kind


def test_the_settings_override_detection() -> None:
    assert terminal_of({"TERM": "xterm-256color"}, "wezterm").kind is Kind.WEZTERM


def test_every_terminal_can_be_set() -> None:
    (names, _) = typing.get_args(Settings.model_fields["terminal"].annotation)
    assert set(typing.get_args(names)) == set(Kind)


@pytest.mark.parametrize(
    ("environ", "multiplexer"),
    [
        ({"TERM": "xterm"}, Multiplexer.NONE),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Multiplexer.TMUX),
        ({"TERM": "xterm-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, Multiplexer.TMUX),
        ({"TERM": "tmux-256color"}, Multiplexer.TMUX),  # one at the laptop
        ({"TERM": "screen", "STY": "1.pts-0"}, Multiplexer.SCREEN),
        ({"TERM": "screen-256color"}, Multiplexer.UNKNOWN),
    ],
)
def test_the_multiplexer_is_detected(environ: dict[str, str], multiplexer: Multiplexer) -> None:
    assert terminal_of(environ).multiplexer is multiplexer


def iterm2(version: str) -> Terminal:
    return terminal_of({"LC_TERMINAL": "iTerm2", "LC_TERMINAL_VERSION": version})


def test_iterm2_accepts_files_in_parts_since_3_5() -> None:
    assert iterm2("3.4.23").transfer is Transfer.WHOLE
    assert iterm2("3.5.0").transfer is Transfer.PARTS
    assert iterm2("3.6.0beta1").transfer is Transfer.PARTS
    assert iterm2("").transfer is Transfer.PARTS


def test_the_version_of_tmux_is_not_the_terminals() -> None:
    environ = {"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a", "LC_TERMINAL": "iTerm2"}
    assert terminal_of(environ).transfer is Transfer.PARTS
    assert (
        terminal_of({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.4"}).transfer is Transfer.WHOLE
    )


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ITERM2, Kind.WEZTERM, Kind.KITTY}))
def test_no_other_terminal_accepts_files(kind: Kind) -> None:
    assert Terminal(kind).transfer is Transfer.NONE


@pytest.mark.parametrize("multiplexer", [Multiplexer.SCREEN, Multiplexer.UNKNOWN])
def test_no_file_goes_through_screen(multiplexer: Multiplexer) -> None:
    assert Terminal(Kind.ITERM2, multiplexer).transfer is Transfer.NONE
    assert Terminal(Kind.ITERM2, Multiplexer.TMUX).transfer is Transfer.PARTS


def test_kitty_uses_its_own_protocol_and_only_without_a_multiplexer() -> None:
    assert terminal_of({"TERM": "xterm-kitty"}).transfer is Transfer.KITTY
    for multiplexer in set(Multiplexer) - {Multiplexer.NONE}:
        assert Terminal(Kind.KITTY, multiplexer).transfer is Transfer.NONE


def test_no_string_sequence_is_sent_to_a_console() -> None:
    console = Terminal(Kind.CONSOLE)
    assert console.notification_kind is NotificationKind.NONE
    assert not console.has_strings
    assert Terminal().has_strings


PLAIN = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("answer", "kind", "transfer", "alert"),
    [
        ("WezTerm 20240203-110809-5046fc22", Kind.WEZTERM, Transfer.WHOLE, NotificationKind.OSC_9),
        ("iTerm2 3.5.3", Kind.ITERM2, Transfer.PARTS, NotificationKind.OSC_9),
        ("iTerm2 3.4.23", Kind.ITERM2, Transfer.WHOLE, NotificationKind.OSC_9),
        ("iTerm2 3.6.10n", Kind.ITERM2, Transfer.PARTS, NotificationKind.OSC_9),
        ("kitty(0.42.1)", Kind.KITTY, Transfer.KITTY, NotificationKind.OSC_99),
        ("ghostty 1.2.0", Kind.GHOSTTY, Transfer.NONE, NotificationKind.OSC_777),
        ("foot(1.16.2)", Kind.FOOT, Transfer.NONE, NotificationKind.OSC_777),
        ("VTE(7600)", Kind.VTE, Transfer.NONE, NotificationKind.OSC_777),
        ("XTerm(379)", Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
        (
            "tmux 3.4",
            Kind.XTERM,
            Transfer.NONE,
            NotificationKind.OSC_9,
        ),  # not detected by the environment
        ("WezTermite 1.0", Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
        ("WezTerm 2024\x1b[A", Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
        ("WezTerm " + "9" * 200, Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
        ("iTerm2 3.٥", Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
        ("", Kind.XTERM, Transfer.NONE, NotificationKind.OSC_9),
    ],
)
def test_a_terminal_is_recognized_by_its_reply(
    answer: str, kind: Kind, transfer: Transfer, alert: NotificationKind
) -> None:
    terminal = terminal_of(PLAIN, reply=answer)
    assert (terminal.kind, terminal.transfer, terminal.notification_kind) == (kind, transfer, alert)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TERM": "linux"}, ""),
        ({"TERM": "vt220"}, ""),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "wyse60"}, ""),
        ({}, ""),
        ({"TERM": "xterm-kitty"}, ""),
        (PLAIN | {"LC_TERMINAL": "iTerm2"}, ""),
        (PLAIN | {"TERM_PROGRAM": "Apple_Terminal"}, ""),
        (PLAIN | {"TMUX": "x"}, ""),
        ({"TERM": "screen-256color"}, ""),
        (PLAIN, "xterm"),
        (PLAIN, "wezterm"),
    ],
)
def test_a_known_terminal_is_not_queried_and_its_reply_is_ignored(environ: dict[str, str], told: str) -> None:
    assert not should_ask_for_name(environ, told)
    assert terminal_of(environ, told, "ghostty 1.2.0") == terminal_of(environ, told)


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "alacritty", "konsole-256color"])
def test_an_unknown_terminal_is_queried(term: str) -> None:
    assert should_ask_for_name({"TERM": term})


NAMES = [
    "xterm-256color",
    "xterm",
    "linux",
    "rxvt-unicode-256color",
    "alacritty",
    "foot",
    "vt100",
    "vt220",
    "screen",
    "screen-256color",
    "tmux-256color",
    "xterm-kitty",
    "ansi",
    "dumb",
]


@pytest.mark.parametrize("name", NAMES)
def test_capabilities_match_terminfo(name: str) -> None:
    try:
        told = subprocess.run(["infocmp", "-1", name], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("terminfo does not tell of it here")
    able = set(re.findall(r"^\t(\w+)", told, re.MULTILINE))
    if name == "xterm-kitty":  # new lines get no color, but cleared cells do: seen with 0.26.5
        able.add("bce")
    if clears_in_color({"TERM": name}):
        assert {"bce", "ech", "el"} <= able
    if moves_lines({"TERM": name}) and name != "vt100":  # only its extended form is in use
        assert {"csr", "dl", "il"} <= able


def test_tmux_and_screen_move_lines_but_do_not_clear_in_color() -> None:
    for inside in ({"TMUX": "x"}, {"STY": "x"}):
        assert not clears_in_color({"TERM": "xterm-256color", **inside})
        assert moves_lines({"TERM": "xterm-256color", **inside})
    assert not moves_lines({"TERM": "dumb"})
    assert not moves_lines({})

"""Tab in real shells on a pseudo-terminal: what a completed line passes to omni-tui, word for word."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from omni_tui.api.documents import Document
from omni_tui.catalog.contents_cache import ContentsCache
from omni_tui.catalog.disk_cache import write_cache
from omni_tui.catalog.table import Table
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import config_folder, make_private_folder
from omni_tui.startup_snapshot import catalogs_folder, remember

REAL = Path(sys.executable).with_name("omni-tui")
HARD = 'Sales: "EMEA" & it\'s $5'
STARTS = {
    "bash": (["bash", "--noprofile", "--norc", "-i"], ['eval "$(omni-tui completion bash)"']),
    "zsh": (
        ["zsh", "-f", "-i"],
        ["autoload -Uz compinit && compinit -u -d $HOME/dump", 'eval "$(omni-tui completion zsh)"'],
    ),
    "fish": (["fish", "--no-config", "-i"], ["omni-tui completion fish | source"]),
}
# What is typed, and the arguments that omni-tui gets; with names that need quoting in three ways.
QUICK = (
    ("download --for\tpd\t", ["download", "--format", "pdf"]),
    ("download Sales:\t", ["download", HARD]),
)
CASES = (
    *QUICK,
    ("desc\t12d\t", ["describe", "12db1a0a"]),
    ("download 'Sales O\t", ["download", "Sales Overview"]),
    ('download "Sales O\t', ["download", "Sales Overview"]),
    ("download 'Sales: \t", ["download", HARD]),
    ("download sales\\ o\t", ["download", "Sales Overview"]),
    ("download Sales\\ O\t--tile Top\t", ["download", "Sales Overview", "--tile", "Top: channels"]),
    ("download 12db1a0a --filter Cre\tx", ["download", "12db1a0a", "--filter", "Created at=x"]),
    ("download --preset We\t", ["download", "--preset", "Weekly: tiles"]),
    ("download --preset=We\t", ["download", "--preset=Weekly: tiles"]),
    ("--profile pl\tdesc\t", ["--profile", "play ground", "describe"]),
    ("show a\\ f\t", ["show", "a file.csv"]),
    ("download 12db1a0a -o a\\ f\t", ["download", "12db1a0a", "-o", "a file.csv"]),
)


@pytest.fixture
def home(fake_home: Path, tmp_path: Path) -> Path:
    """A home with caches, a folder with a file, and an omni-tui that only records its arguments."""
    path = make_private_folder(catalogs_folder()) / "blobsrus.omniapp.co.list"
    named = {"12db1a0a": "Sales Overview", "77aa01c2": HARD, "aa000001": "Other"}
    write_cache(path, Table(Document(id_, name) for id_, name in named.items()), 1.0)
    cache = ContentsCache(path)
    cache.take("12db1a0a", [("1", "Sessions"), ("2", "Top: channels")], ["Status", "Created at"])
    cache.save()
    make_private_folder(config_folder())
    (config_folder() / "presets.toml").write_text('["Weekly: tiles"]\nformat = "csv"\n')
    (config_folder() / "config.toml").write_text('[profiles."play ground"]\n')
    remember(Arguments(), path)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a file.csv").touch()
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "omni-tui"
    shim.write_text(
        f'#!/bin/sh\ncase "$1" in __complete | completion) exec "{REAL}" "$@" ;; esac\n'
        'printf "%s\\0" "$@" > "$HOME/arguments.new" && mv "$HOME/arguments.new" "$HOME/arguments"\n'
        'echo "ran-$#-words"\n'
    )
    shim.chmod(0o755)
    return tmp_path


class Shell:
    """A shell with the completion loaded."""

    def __init__(self, name: str, home: Path) -> None:
        command, setup = STARTS[name]
        path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "TERM": "xterm", "LANG": "C.UTF-8", "PS1": "$ "}
        self._arguments = Path(environment["HOME"]) / "arguments"
        self._child = pexpect.spawn(
            command[0], command[1:], cwd=str(home / "work"), env=environment, timeout=60, dimensions=(50, 99),
            encoding="utf-8", codec_errors="replace",
        )  # fmt: skip
        self._child.delaybeforesend = None
        for line in setup:
            self._child.send(f"{line}\r")
        self._child.send("omni-tui ready now\r")
        self._child.expect("ran-2-words")

    def arguments_of(self, typed: str) -> list[str]:
        """Type a line; return the arguments of the omni-tui that it runs."""
        self._arguments.unlink(missing_ok=True)
        self._child.send(f"omni-tui {typed}\r")
        self._child.expect(r"ran-\d+-words")
        return self._arguments.read_text().split("\0")[:-1]

    def close(self) -> None:
        """Close it."""
        self._child.close(force=True)


@pytest.fixture
def shell(request: pytest.FixtureRequest, home: Path) -> Iterator[Shell]:
    """Return the shell of this name."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is missing")
    started = Shell(request.param, home)
    yield started
    started.close()


@pytest.mark.parametrize("shell", ["bash"], indirect=True)
def test_tab_in_bash(shell: Shell) -> None:
    for typed, arguments in QUICK:
        assert shell.arguments_of(typed) == arguments


@pytest.mark.slow
@pytest.mark.parametrize("shell", STARTS, indirect=True)
def test_every_completed_word_is_quoted_for_the_shell(shell: Shell) -> None:
    for typed, arguments in CASES:
        if arguments is not None:
            assert shell.arguments_of(typed) == arguments, typed

"""`omni-tui completion`: print the completion script of a shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.resources import files

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.console import write_text

PROGRAM = "omni-tui completion"
SHELLS = ("bash", "zsh", "fish")
_DESCRIPTION = "Print a completion script. Tab then completes commands, flags and their values."
_EPILOG = """\
how to install it:
  bash  echo 'eval "$(omni-tui completion bash)"' >> ~/.bashrc
  zsh   echo 'eval "$(omni-tui completion zsh)"' >> ~/.zshrc    (after compinit)
  fish  omni-tui completion fish > ~/.config/fish/completions/omni-tui.fish

Dashboards, tiles, filters, presets and profiles are completed from omni-tui's caches: Tab
never sends a request. Dashboards are available once omni-tui has loaded the list, their tiles
and filters once it has loaded them.
"""


def run_completion(typed: Sequence[str]) -> int:
    """Print the script and return the exit code. Raises UsageError for an unknown shell."""
    shell = build_parser().parse_args(typed).shell
    write_text(sys.stdout, script(shell))
    return 0


def script(shell: str) -> str:
    """Return the completion script of one of SHELLS."""
    return files(__package__).joinpath("scripts", shell).read_text(encoding="utf-8")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS) + ".")
    return parser

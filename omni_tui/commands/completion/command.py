"""`omni-tui completion` prints a shell's completion script, which runs `omni-tui __complete` at each Tab."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from omni_tui.commands.shared.argparse_ext import Parser
from omni_tui.commands.shared.stdout_lines import StandardOutput, print_lines

PROGRAM = "omni-tui completion"
_ASSIGNMENT = re.compile(r"\w+=")
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
    return print_lines(script(shell).splitlines())


def script(shell: str) -> str:
    """Return the completion script of one of SHELLS."""
    from importlib.resources import files

    return files(__package__).joinpath("scripts", shell).read_text(encoding="utf-8")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = Parser(PROGRAM, description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS) + ".")
    return parser


def run_complete(typed: Sequence[str]) -> int:
    """Print a directive, then one candidate per line: fast, quiet, and without the network.

    `typed` is `bash LINE WORD_BREAKS`, or zsh or fish and the words up to the cursor. For bash, the words are
    quoted, and cut to the part that readline replaces; zsh and fish quote them themselves, and get a
    description after a tab.
    """
    from omni_tui.commands.completion.candidates import candidates
    from omni_tui.commands.completion.shell_words import quoted_rest, split_line, unquoted

    shell, *rest = typed or [""]
    if shell == "bash":
        line, word_breaks = (*rest, "", "")[:2]
        words, current = split_line(line, word_breaks)
        while words and _ASSIGNMENT.match(words[0]):
            words.pop(0)
        found = candidates(words[1:], current.text)
        lines = [quoted_rest(each.text, current) for each in found.values]
    else:
        *words, last = rest or [""]
        found = candidates(words, unquoted(last) if shell == "fish" else last)
        lines = [f"{each.text}\t{each.description}" for each in found.values]
    StandardOutput().write_line("\n".join([found.directive.value, *lines]).encode("utf-8", "replace"))
    return 0

"""`omni-tui __complete`, which the completion scripts run at each Tab: fast, quiet, and without the network.

It prints a directive, then one candidate per line. For bash, the words are quoted, and cut to the part that
readline replaces; zsh and fish quote them themselves, and get a description after a tab.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

from omni_tui.commands.completion.candidates import Candidates, candidates
from omni_tui.commands.completion.shell_words import quoted_rest, split_line, unquoted

_ASSIGNMENT = re.compile(r"\w+=")
# Readline completes file names after these characters; files after `--flag=` are left to the shell.
_BASH = "bash"


def run_complete(typed: Sequence[str]) -> int:
    """Print candidates. `typed` is `bash LINE WORD_BREAKS`, or zsh or fish and the words up to the cursor."""
    shell, *rest = typed or [""]
    if shell == _BASH:
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
    _print(found, lines)
    return 0


def _print(found: Candidates, lines: Sequence[str]) -> None:
    text = "\n".join([found.directive.value, *lines])
    sys.stdout.buffer.write(os.fsencode(f"{text}\n".encode("utf-8", "replace")))
    sys.stdout.buffer.flush()

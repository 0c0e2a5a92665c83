"""An argument parser that raises this program's errors."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.commands.shared.stdout_lines import write_lines
from omni_tui.suggestions import did_you_mean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

# Marks the words after --, which argparse would take for flags if they begin with a dash.
_VERBATIM = "\0"


class Parser(argparse.ArgumentParser):
    """Reports an error in one line that refers to --help. Descriptions and epilogs keep their line breaks."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(prog=prog, allow_abbrev=False, add_help=False, **settings)
        self.add_argument("-h", "--help", action="help", help="Show this help.")

    def parse_words(self, typed: Sequence[str]) -> argparse.Namespace:
        """Parse flags and positional arguments in any order; all words after -- are positional."""
        at = typed.index("--") if "--" in typed else len(typed)
        words = [*typed[:at], *(f"{_VERBATIM}{word}" for word in typed[at + 1 :])]
        parsed = self.parse_intermixed_args(words)
        for name, value in vars(parsed).items():
            if isinstance(value, str):
                setattr(parsed, name, value.removeprefix(_VERBATIM))
            elif isinstance(value, list):
                setattr(parsed, name, [str(each).removeprefix(_VERBATIM) for each in value])
        return parsed

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print the help or the version like all other output. Raises CannotWrite."""
        write_lines(message.splitlines())

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, with the closest flag if one is unknown."""
        sentence = message.removeprefix("argument ").rstrip(".")
        hint = f"See {self.prog} --help."
        if (unknown := message.removeprefix("unrecognized arguments: --")) != message:
            shown = (action for action in self._actions if action.help != argparse.SUPPRESS)
            flags = [flag for action in shown for flag in action.option_strings]
            hint = did_you_mean(f"--{unknown.split()[0].partition('=')[0]}", flags, hint)
        raise UsageError(f"{sentence[:1].upper()}{sentence[1:]}.", hint)


def add_connection_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that choose the Omni server. The API key isn't a flag: other users could read it."""
    group = parser.add_argument_group("connection options")
    group.add_argument("--demo", action="store_true", help="Use the built-in demo; no account needed.")
    group.add_argument("--profile", metavar="NAME", help="Use this profile of the settings.")
    help_text = "Your Omni's address: blobsrus or https://blobsrus.omniapp.co."
    group.add_argument("--base-url", metavar="URL", help=help_text)


def positive_number(text: str) -> float:
    """Parse a number greater than 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number greater than 0, not {text!r}")
    return number


def whole_number(text: str) -> int:
    """Parse a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None

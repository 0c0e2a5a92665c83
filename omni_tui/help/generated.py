"""Generate tables of the help topics from the code, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from omni_tui.options.spec import Format, Kind, OptionSpec
from omni_tui.options.table import EVERY_FORMAT, OPTIONS

_VALUES = {
    Kind.INTEGER: "N",
    Kind.TEXT: "NAME",
    Kind.TILE: "KEY",
    Kind.FILTERS: "JSON",
    Kind.USER: "ID",
}


def option_table() -> str:
    """Return a row for each export option: its flag, what it does, its formats and its default."""
    rows = [f"| `{_flag(spec)}` | {_meaning(spec)} |" for spec in OPTIONS]
    return "\n".join(["| flag | |", "|---|---|", *rows])


def flag_name(spec: OptionSpec) -> str:
    """Return the flag of an option: its API name in kebab case."""
    return "--" + re.sub(r"(?<!^)(?=[A-Z])", "-", spec.wire_name).lower()


def _flag(spec: OptionSpec) -> str:
    return f"{flag_name(spec)} {_VALUES[spec.kind]}" if spec.kind in _VALUES else flag_name(spec)


def _meaning(spec: OptionSpec) -> str:
    """Return sentences about an option: its effect, formats, choices and the server's default."""
    formats = [each.label for each in Format if each in spec.formats]
    sentences = [spec.help]
    sentences += [f"Only {', '.join(formats)}"] if spec.formats != EVERY_FORMAT else []
    sentences += [f"One of: {', '.join(spec.choices)}"] if spec.choices else []
    if spec.default is not None:
        default = {True: "yes", False: "no"}[spec.default] if isinstance(spec.default, bool) else spec.default
        sentences.append(f"Default: {default}")
    return " ".join(f"{sentence}." for sentence in sentences)


TABLES: Mapping[str, Callable[[], str]] = {"options": option_table}

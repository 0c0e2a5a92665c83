"""The option flags: one for each row of the option table, parsed into values by wire name."""

from __future__ import annotations

import argparse
import errno
import json
import os
from collections.abc import Callable, Iterable, Mapping

from omni_tui.formatting import sentences, shell_word
from omni_tui.options.flags import EACH as EACH
from omni_tui.options.flags import FILTER as FILTER
from omni_tui.options.flags import METAVARS, format_list, option_help
from omni_tui.options.flags import flag_of as flag_of
from omni_tui.options.spec import (
    Fix,
    Format,
    JsonValue,
    Kind,
    OptionSpec,
    OptionValue,
    Problem,
    Section,
    Severity,
)
from omni_tui.options.table import BY_NAME, OPTIONS
from omni_tui.options.whole_numbers import whole_number

# Options without a generated flag: names are templates, and filters have their own flags.
TILE, FILTERS, NAME, USER = (
    next(spec.wire_name for spec in OPTIONS if spec.kind is kind)
    for kind in (Kind.TILE, Kind.FILTERS, Kind.TEXT, Kind.USER)
)
PRESET = "--preset"
# Selects a tile by its name; another flag takes its key.
TILE_NAME = "--tile"

# The longest file with filters that is read.
MAX_FILTERS_BYTES = 4_000_000


def filters_of(text: str) -> dict[str, JsonValue]:
    """Parse filters: a JSON object, or @ and the path of a JSON file, in UTF-8, 16 or 32."""
    try:
        source = _read(text[1:]) if text.startswith("@") else text
        value = json.loads(source)  # detects the encoding of bytes, with or without a byte order mark
    except OSError as error:
        raise argparse.ArgumentTypeError(f"can't read {text[1:]}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"isn't valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("must be a JSON object: {filter ID: filter}")
    return value


def _read(path: str) -> bytes:
    """Return a file's content, also of a pipe as in `@<(command)`. Raises OSError, also if it is too long."""
    with open(os.path.expanduser(path), "rb") as file:
        content = file.read(MAX_FILTERS_BYTES + 1)
    if len(content) > MAX_FILTERS_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MAX_FILTERS_BYTES:,} bytes", path)
    return content


def number_of(text: str) -> int:
    """Parse a whole number: 10000, 10,000 or 10k."""
    number = whole_number(text)
    if number is None:
        raise argparse.ArgumentTypeError(
            f"must be a whole number, such as 10000, 10,000 or 10k, not {text!r}"
        )
    return number


def short_number_notes(typed: Iterable[str], values: Mapping[str, OptionValue]) -> list[str]:
    """Return a sentence for each number that was typed in a short form (10k), so that the user sees it."""
    words = list(typed)
    return [
        f"{spec.label}: {value:,}."
        for spec in OPTIONS
        if spec.kind is Kind.INTEGER and isinstance(value := values.get(spec.wire_name), int)
        if not any(str(value) in word for word in words)
    ]


_READERS: Mapping[Kind, Callable[[str], object]] = {Kind.INTEGER: number_of, Kind.FILTERS: filters_of}


def add_option_flags(parser: argparse.ArgumentParser) -> dict[Section, argparse._ArgumentGroup]:
    """Add a flag for each option of the table; return the argument groups by section."""
    groups: dict[Section, argparse._ArgumentGroup] = {}
    for section in dict.fromkeys(spec.section for spec in OPTIONS):
        group = groups[section] = parser.add_argument_group(section.value.lower())
        for spec in OPTIONS:
            if spec.section is section:
                _add_flag(group, spec)
    return groups


def _add_flag(group: argparse._ArgumentGroup, spec: OptionSpec) -> None:
    flag, help_text = flag_of(spec.wire_name), option_help(spec).replace("%", "%%")
    unset = argparse.SUPPRESS  # so that only typed options are in the namespace
    if spec.kind is Kind.SWITCH:
        group.add_argument(
            flag, dest=spec.wire_name, action=argparse.BooleanOptionalAction, default=unset, help=help_text
        )
        return
    reader = _READERS.get(spec.kind, str)
    metavar = _metavar(spec)
    group.add_argument(flag, dest=spec.wire_name, type=reader, metavar=metavar, default=unset, help=help_text)


def _metavar(spec: OptionSpec) -> str:
    return "{" + ",".join(spec.choices) + "}" if spec.choices else METAVARS.get(spec.kind, "VALUE")


def values_of(arguments: argparse.Namespace) -> dict[str, OptionValue]:
    """Return the typed options, by wire name."""
    return {name: getattr(arguments, name) for name in BY_NAME if hasattr(arguments, name)}


def out_of_place(fmt: Format, values: Mapping[str, OptionValue]) -> list[Problem]:
    """Return an error for each option that was typed although the format doesn't have it."""
    return [
        Problem(
            spec.wire_name,
            Severity.ERROR,
            f"{fmt.label} doesn't have this option, only {format_list(spec.formats)}.",
            Fix("leave it out", {spec.wire_name: None}),
        )
        for spec in OPTIONS
        if spec.wire_name in values and fmt not in spec.formats
    ]


def problem_line(problem: Problem, flag: Callable[[str], str] = flag_of) -> str:
    """Format a problem as one line: the flag, what is wrong, and the suggested fix with the flags to type."""
    start = f"{flag(problem.field)}: " if problem.field else ""
    return f"{start}{sentences(problem.message, _fix_sentence(problem))}"


def _fix_sentence(problem: Problem) -> str:
    """Format the fix as a sentence. A fix without changes refers to the field to fill in: show its flag."""
    if problem.fix is None:
        return ""
    if problem.fix.changes == {problem.field: None}:
        return " Leave the flag out."
    if problem.fix.changes or not problem.field:
        return f" {fix_line(problem.fix)}"
    flag = f"{flag_of(problem.field)} {_metavar(BY_NAME[problem.field])}"
    return f" {_label_words(problem.fix)}: {flag}."


def fix_line(fix: Fix) -> str:
    """Format a fix as a sentence, with the flags to type."""
    flags = [_typed(name, value) for name, value in fix.changes.items() if name in BY_NAME]
    return f"{_label_words(fix)}: {' '.join(flags)}." if flags else f"{_label_words(fix)}."


def _label_words(fix: Fix) -> str:
    return fix.label[:1].upper() + fix.label[1:].rstrip(".")


def _typed(wire_name: str, value: OptionValue | None) -> str:
    flag = flag_of(wire_name)
    if value is None:
        return f"without {flag}"
    if isinstance(value, bool):
        return flag if value else f"--no-{flag.removeprefix('--')}"
    return f"{flag} {shell_word(json.dumps(value) if isinstance(value, Mapping) else str(value))}"

"""The command line's flags for options, filters and connections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from omni_tui.formatting import listed
from omni_tui.options.spec import Format, Kind, OptionSpec

# Flags beside those of the table: one filter of the dashboard, and one that makes several files.
FILTER, EACH = "--filter", "--each"

# What stands for a flag's value in the help.
METAVARS: Mapping[Kind, str] = {
    Kind.INTEGER: "N",
    Kind.TEXT: "NAME",
    Kind.TILE: "KEY",
    Kind.FILTERS: "JSON|@FILE",
    Kind.USER: "ID",
}


def flag_words(flag: str, value: str) -> list[str]:
    """Return a flag and its value, in one word if the value looks like a flag."""
    return [f"{flag}={value}"] if value.startswith("-") or not value else [flag, value]


def connection_flags(*, profile: str = "", base_url: str = "", is_demo: bool = False) -> list[str]:
    """Return the flags that connect a command to that server; empty texts leave it to the settings."""
    return [
        *(["--demo"] if is_demo else []),
        *(flag_words("--profile", profile) if profile else []),
        *(flag_words("--base-url", base_url) if base_url else []),
    ]


def flag_of(wire_name: str) -> str:
    """Return an option's flag: `maxRowLimit` is `--max-row-limit`."""
    return "--" + re.sub(r"(?=[A-Z])", "-", wire_name).lower()


def option_help(spec: OptionSpec) -> str:
    """Return sentences about an option: its effect, its formats if not all have it, and its default."""
    formats = "" if spec.formats >= set(Format) else f" For {format_list(spec.formats)}."
    default = {True: "yes", False: "no"}[spec.default] if isinstance(spec.default, bool) else spec.default
    return f"{spec.help.rstrip('.')}.{formats}{'' if default is None else f' Default: {default}.'}"


def format_list(formats: Iterable[Format]) -> str:
    """List formats in their usual order: PDF and PNG."""
    wanted = set(formats)
    return listed(fmt.label for fmt in Format if fmt in wanted)

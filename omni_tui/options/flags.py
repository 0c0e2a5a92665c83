"""The command line's flags for options, filters and connections."""

from __future__ import annotations

import re

# Flags beside those of the table: one filter of the dashboard, and one that makes several files.
FILTER, EACH = "--filter", "--each"


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

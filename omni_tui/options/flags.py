"""The command line's names for the options: one flag for each row of the table, and those for filters."""

from __future__ import annotations

import re

# Flags beside those of the table: one filter of the dashboard, and one that makes several files.
FILTER, EACH = "--filter", "--each"


def flag_of(wire_name: str) -> str:
    """Return an option's flag: `maxRowLimit` is `--max-row-limit`."""
    return "--" + re.sub(r"(?=[A-Z])", "-", wire_name).lower()

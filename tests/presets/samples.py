"""Presets and preset files for tests."""

from __future__ import annotations

from pathlib import Path

from omni_tui.options.spec import Format
from omni_tui.presets.models import Preset

BY_HAND = """\
# What we send on Mondays.
["Monday pack"]
format = "pdf"
tile = "Sessions by day"          # left out: the whole dashboard
name = "{dashboard} {date}"
paperFormat = "letter"            # options by their name on the wire
hide-title = true

["Monday pack".filters]
Status = "complete, pending"
Created = "past 6 months"

# Rows for finance
[rows]
format = "CSV"
override_row_limit = true
"max-row-limit" = 50_000
"""

MONDAY = Preset(
    "Monday pack",
    Format.PDF,
    tile="Sessions by day",
    options={"paperFormat": "letter", "hideTitle": True},
    filters={"Status": "complete, pending", "Created": "past 6 months"},
    name_template="{dashboard} {date}",
)
ROWS = Preset("rows", Format.CSV, options={"overrideRowLimit": True, "maxRowLimit": 50_000})


def write(path: Path, text: str) -> Path:
    """A file as an editor saves it."""
    path.write_text(text, encoding="utf-8", newline="")
    return path

"""Find and read the help topics. A Markdown file in `topics/` is a topic; its first line is the title.

A line `<!-- table: options -->` in a file is replaced by a table of the export options.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "topics"
_OPTIONS_HERE = "<!-- table: options -->"


@dataclass(frozen=True, slots=True)
class Topic:
    """A help topic: its `name` on the command line, and its `title` in a few words."""

    name: str
    title: str

    def markdown(self) -> str:
        """Return the text, with the table of options."""
        text = _path(self.name).read_text(encoding="utf-8")
        return text.replace(_OPTIONS_HERE, _option_table()) if _OPTIONS_HERE in text else text


@cache
def all_topics() -> tuple[Topic, ...]:
    """Return every topic, by name."""
    return tuple(Topic(path.stem, _title(path)) for path in sorted(FOLDER.glob("*.md")))


def find_topic(name: str) -> Topic | None:
    """Return the topic with this name, in any case; None if there is none."""
    folded = name.casefold()
    return next((topic for topic in all_topics() if topic.name == folded), None)


def _path(name: str) -> Path:
    return FOLDER / f"{name}.md"


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next(lines).removeprefix("# ").strip()


def _option_table() -> str:
    """Return a row for each export option: its flag, what it does, its formats, default and choices."""
    from omni_tui.options.flags import METAVARS, flag_of, option_help
    from omni_tui.options.table import OPTIONS

    rows = ["| flag | |", "|---|---|"]
    for spec in OPTIONS:
        flag = f"{flag_of(spec.wire_name)} {METAVARS.get(spec.kind, '')}".strip().replace("|", "\\|")
        choices = f" One of: {', '.join(spec.choices)}." if spec.choices else ""
        rows.append(f"| `{flag}` | {option_help(spec)}{choices} |")
    return "\n".join(rows)

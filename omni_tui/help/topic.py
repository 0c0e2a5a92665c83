"""Find and read the help topics. A Markdown file in `topics/` is a topic; its first line is the title.

A line `<!-- table: NAME -->` in a file is replaced by a table from `generated`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "topics"
_TABLE = re.compile(r"^<!-- table: ([\w-]+) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A help topic: its `name` on the command line, and its `title` in a few words."""

    name: str
    title: str

    def markdown(self) -> str:
        """Return the text, with its generated tables."""
        from omni_tui.help.generated import TABLES

        text = _path(self.name).read_text(encoding="utf-8")
        return _TABLE.sub(lambda found: TABLES[found[1]](), text)


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

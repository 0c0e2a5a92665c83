"""The help topics: their list on the left, the topic under the cursor on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen

from omni_tui.help.markdown_layout import Line, Style, lay_out
from omni_tui.help.topic import Topic, all_topics
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.reader import LETTER_KEYS, Reader
from omni_tui.tui.common.table.table import Cell, Column, RowList
from omni_tui.tui.common.titled_frame import TitledFrame

# Longer lines are hard to read.
MAX_COLUMNS = 90
_STYLES: dict[Style, str] = {"heading": "$heading", "strong": "bold", "code": "$primary", "muted": "$muted"}


class TopicList(RowList[Topic]):
    """One topic per row. Page keys scroll the shown topic."""

    HAS_HEADER = False
    COLUMNS: ClassVar[tuple[Column, ...]] = (Column("name", "", minimum=8),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,right", "select", "read", key_display="enter", tooltip="Scroll this topic with the keys"
        ),
        Binding("space", "page(1)", "Page down", show=False),
        Binding("q", "screen.dismiss", "Close", show=False),
    ]

    def cells(self, row: Topic) -> dict[str, Cell]:
        """Return the topic's name, as `omni-tui help` takes it."""
        return {"name": (row.name, "text")}

    def action_page(self, by: int) -> None:
        reader = self.screen.query_one(TopicReader)
        (reader.scroll_page_down if by > 0 else reader.scroll_page_up)(animate=False)


class TopicReader(Reader):
    """Shows a topic, laid out for the current width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,left", "screen.list", "list", key_display="escape", tooltip="Back to the topics"),
        *LETTER_KEYS,
    ]

    def __init__(self) -> None:
        super().__init__(id="topic")
        self._markdown = ""
        self._columns = 0

    def show_topic(self, topic: Topic) -> None:
        """Show a topic from its top."""
        self._markdown = topic.markdown()
        self._columns = 0
        self._show()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        columns = min(self.scrollable_content_region.width, MAX_COLUMNS)
        if columns and columns != self._columns:
            self._columns = columns
            self.show(_contents(lay_out(self._markdown, columns)))


class TopicsScreen(Screen[None]):
    """Shows all help topics, the one named `first` at the start. Escape returns to the previous screen."""

    CSS_PATH = Path(__file__).parent.parent / "theme" / "styles" / "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark", "dismiss", "close", key_display="escape"),
    ]

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = first

    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            with TitledFrame("Topics", id="topic-names"):
                yield TopicList()
            with TitledFrame("", id="topic-frame"):
                yield TopicReader()
        yield Footer()

    def on_mount(self) -> None:
        """Show the first topic."""
        topics = all_topics()
        first = next((index for index, topic in enumerate(topics) if topic.name == self._first), 0)
        rows = self.query_one(TopicList)
        rows.set_rows(topics, cursor=first)
        rows.focus()

    @on(RowList.Highlighted)
    def _show(self, event: RowList.Highlighted) -> None:
        if isinstance(event.row, Topic):
            frame = self.query_one("#topic-frame", TitledFrame)
            frame.title = event.row.title
            frame.note = f"omni-tui help {event.row.name}"
            self.query_one(TopicReader).show_topic(event.row)

    @on(RowList.Selected)
    def _read(self) -> None:
        self.query_one(TopicReader).focus()

    def action_list(self) -> None:
        self.query_one(TopicList).focus()


def _contents(lines: Sequence[Line]) -> list[Content]:
    """Return the lines as content, without the title, which the frame shows."""
    rest = lines[2:] if len(lines) > 2 and not lines[1] else lines
    return [Content.assemble(*((text, _STYLES.get(style, "")) for text, style in line)) for line in rest]

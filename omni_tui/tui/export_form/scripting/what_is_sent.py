"""Shows what the form will send and save: JSON bodies, cURL commands and file names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from omni_tui.downloads.planned import PlannedExport
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_lines
from omni_tui.tui.common.screens.reader_screen import ReaderScreen, heading
from omni_tui.tui.common.text import content

TITLE = "What will be sent"


class WhatIsSentScreen(ReaderScreen):
    """Shows exports before they start. Each key copies one kind of text for all exports.

    `command` returns the form as one command, or raises OmniTuiError.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy('curl')", "copy cURL", tooltip="Copy the cURL commands", id="copy-planned-curl"),
        Binding("b", "copy('body')", "copy body", tooltip="Copy the JSON bodies", id="copy-planned-body"),
        Binding("f", "copy('files')", "copy paths", tooltip="Copy the files' paths", id="copy-planned-paths"),
        Binding(
            "m",
            "copy_command",
            "copy command",
            tooltip="Copy the form as an omni-tui download command",
            id="copy-planned-command",
        ),
    ]

    def __init__(self, exports: Sequence[PlannedExport], command: Callable[[], str]) -> None:
        count = len(exports)
        super().__init__(TITLE, note="1 export" if count == 1 else f"{count:,} exports")
        self._exports = exports
        self._command = command

    def lines(self) -> list[Content]:
        """Return the request and the files of each export."""
        found: list[Content] = []
        for export in self._exports:
            order = export.order
            name = order.title
            found += [
                *([Content("")] if found else []),
                heading(" · ".join(filter(None, (name, order.value)))),
                Content.assemble(("POST", "bold $heading"), " ", content(export.url)),
                *map(content, plain_lines(export.body_text)),
                Content(""),
                content(export.curl),
                Content(""),
                *(content(str(path)) for path in export.paths),
            ]
        return found

    def action_copy(self, what: str) -> None:
        """Copy the cURL commands, the bodies or the paths, one per line."""
        self.frame.copy("\n".join(self._texts(what)))

    def action_copy_command(self) -> None:
        """Copy the form as one command, or show why it can't be one."""
        try:
            self.frame.copy(self._command())
        except OmniTuiError as error:
            self.frame.show_message(str(error))

    def _texts(self, what: str) -> Iterable[str]:
        for export in self._exports:
            match what:
                case "curl":
                    yield export.curl
                case "body":
                    yield export.body_text
                case _:
                    yield from map(str, export.paths)

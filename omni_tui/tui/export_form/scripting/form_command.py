"""The form as a command: what `omni-tui download` needs to send the same requests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omni_tui.options.command_line import FilterEdit, NotACommand, ParsedCommand, download_command
from omni_tui.options.filters.text_syntax import common_flag_text
from omni_tui.options.spec import OptionValue
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import TILE
from omni_tui.tui.export_form.filters.form_filters import FILTERS


def form_command(draft: Draft, folder: Path, connection: Sequence[str] = ()) -> str:
    """Return the form as one `omni-tui download` line. Raises NotACommand, also if the form has errors."""
    if errors := draft.errors:
        raise NotACommand(f"The form has an error: {errors[0].message}", "Fix it first.")
    filters, ids = draft.filters, tuple(each.identifier for each in draft.documents)
    values: dict[str, OptionValue] = {
        name: value for name, value in draft.values.items() if name not in (TILE.wire_name, FILTERS.wire_name)
    }
    if draft.is_one_tile:
        values[TILE.wire_name] = draft.values.get(TILE.wire_name, "")
    edits = dict(filters.edits)
    fan_out = None
    if filters.fan_out_values:
        edit = filters.edit(filters.fan_out)
        edits.pop(filters.fan_out, None)
        fan_out = FilterEdit(filters.same(filters.fan_out), edit)
    known = tuple(filters.loaded(each) for each in ids)
    has_texts = all(common_flag_text(known, filters.same(id_), edit) for id_, edit in edits.items())
    if not has_texts and len(ids) == 1 and fan_out is None:
        values[FILTERS.wire_name] = filters.config(ids[0]) or {}
        edits = {}
    parts = ParsedCommand(
        ids,
        draft.format,
        values,
        known=known,
        edits=tuple(FilterEdit(filters.same(id_), edit) for id_, edit in edits.items()),
        fan_out=fan_out,
        output=f"{folder}/".replace("//", "/"),
        connection=connection,
    )
    return download_command(parts)

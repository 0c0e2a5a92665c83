"""What a form will make, in words: "PDF, letter, landscape; whole dashboard; Status is complete"."""

from __future__ import annotations

from omni_tui.options.rules import applicable
from omni_tui.options.spec import Kind, OptionSpec, OptionValue
from omni_tui.presets.models import PORTABLE, option_words
from omni_tui.tui.export_form.draft import Draft


def summary(draft: Draft) -> str:
    """One line: how many files where there are several, the format with its options, the filters, as whom."""
    what = ", ".join([draft.format.label, *_changes(draft)])
    count = len(draft.exports)
    if draft.is_for_several:
        first = f"{len(draft.documents)} dashboards, each as {what}"
        content = f"{count} files" if count > len(draft.documents) else ""
    else:
        first = what
        content = f"{count} files" if count > 1 else "one tile" if draft.is_one_tile else "whole dashboard"
    return "; ".join(filter(None, [first, content, draft.filters.words]))


def _changes(draft: Draft) -> list[str]:
    specs = [spec for spec in applicable(draft.format) if spec in draft.offered and draft.is_changed(spec)]
    return [words for spec in specs if (words := _in_words(draft, spec, draft.values.get(spec.wire_name)))]


def _in_words(draft: Draft, spec: OptionSpec, value: OptionValue | None) -> str:
    """A changed option, briefly. A tile, a name and filters are told elsewhere."""
    if spec.kind is Kind.USER:
        return f"as {draft.run_as or value}"
    return option_words(spec, value) if spec in PORTABLE and value is not None else ""

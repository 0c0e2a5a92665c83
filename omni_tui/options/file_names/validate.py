"""Find what is wrong with a name template before anything starts; shown under the name field.

A name within the file system's limit is also within the server's for `filename`, which is higher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from omni_tui.formatting import listed
from omni_tui.options.file_names.sanitize import (
    NameFlaw,
    cleaned,
    excess_bytes,
    flaws,
    rejected_characters,
    safe_file_name,
    with_dashes,
    without_hidden,
)
from omni_tui.options.file_names.template import (
    FILTER,
    PLACEHOLDERS,
    NameFields,
    Part,
    PartKind,
    expansion,
    filter_placeholder,
    find_label,
    parts_of,
    template_of,
    value_of,
)
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.options.table import BY_NAME
from omni_tui.options.validators import leave_out
from omni_tui.suggestions import closest

NAME = BY_NAME["filename"]
# If there are more labels than this, the rest are counted, not listed.
MAX_LABELS = 4


def template_problem(template: str, labels: Iterable[str], by_id: Mapping[str, str] | None = None) -> str:
    """Return the first unknown placeholder of a template in one or two sentences, or "". Never raises.

    `by_id` are the labels of filters by their IDs.
    """
    return next((problem.message for problem in _meaningless(template, list(labels), by_id or {})), "")


def name_problem(name: str, extension: str) -> str:
    """Return in one sentence what a file system would not accept in a name as typed, or ""."""
    found = flaws(name, extension)
    return _SENTENCES[found[0]](name, extension) if found else ""


def name_problems(template: str, files: Sequence[NameFields], extension: str) -> list[Problem]:
    """Return all problems of a template for the files that it names; an empty template has none.

    Errors block the export. Warnings say how a name will be changed. `files` are the exports in order, and
    `extension` is the one they all get.
    """
    if not template.strip() or not files:
        return []
    labels, by_id = _common_filters(files)
    meaningless = list(_meaningless(template, labels, by_id))
    if meaningless:
        return meaningless[:1]
    expansions = [expansion(template, fields) for fields in files]
    names = [name for name, _ in expansions]
    flawed = {flaw: name for name in reversed(names) for flaw in flaws(name, extension)}
    found = [
        _flaw_problem(flaw, flawed[flaw], template, files, extension) for flaw in _SENTENCES if flaw in flawed
    ]
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if errors:
        return errors[:1]
    if cut := dict.fromkeys(source for _, sources in expansions for source in sources):
        verb = "is" if len(cut) == 1 else "are"
        found.append(_warning(f"The file name is too long: {listed(cut)} {verb} cut."))
    return [*found, *_same_names(template, files, names, extension)]


# unknown placeholders


def _common_filters(files: Sequence[NameFields]) -> tuple[list[str], dict[str, str]]:
    """Return the labels that all files have, and those by ID if all files have these, too."""
    labels = [label for label in files[0].filters if all(label in fields.filters for fields in files)]
    by_id = {
        id_: label
        for id_, label in files[0].filter_labels.items()
        if label in labels and all(id_ in fields.filter_labels for fields in files)
    }
    return labels, by_id


def _meaningless(template: str, labels: list[str], by_id: Mapping[str, str]) -> Iterator[Problem]:
    parts = parts_of(template)
    for part in parts:
        if part.kind is PartKind.OPEN:
            yield _open(part, parts, labels, by_id)
        elif part.kind is PartKind.PLACEHOLDER and not _is_known(part, labels, by_id):
            yield _unknown(part, parts, labels)


def _is_known(part: Part, labels: list[str], by_id: Mapping[str, str]) -> bool:
    if part.name == FILTER:
        return find_label(part.label, labels, by_id) is not None
    return part.name in PLACEHOLDERS and not part.label


def _open(part: Part, parts: tuple[Part, ...], labels: list[str], by_id: Mapping[str, str]) -> Problem:
    closed = Part(PartKind.PLACEHOLDER, part.text)
    fix = _replaced(part, closed.source, parts) if _is_known(closed, labels, by_id) else None
    return _error(f"A {{ is not closed: write {closed.source}, or {{{{ for a literal brace.", fix)


def _unknown(part: Part, parts: tuple[Part, ...], labels: list[str]) -> Problem:
    """Return an error with what was probably meant, or with what there is."""
    known = [filter_placeholder(label) for label in labels]
    typed, most = filter_placeholder(part.label) if part.label else "", MAX_LABELS
    if part.name != FILTER:
        known = [*(f"{{{name}}}" for name in PLACEHOLDERS), *known]
        typed, most = f"{{{part.name}}}", len(PLACEHOLDERS) + MAX_LABELS
    elif not known:
        return _error(f"{part.source}: no such filter on this dashboard.", _without(part, parts))
    elif len(known) == 1:
        message = f"{part.source}: no such filter; the only filter is {known[0]}."
        return _error(message, _replaced(part, known[0], parts))
    if meant := closest(typed, known):
        return _error(f"Unknown: {part.source}. Did you mean {meant}?", _replaced(part, meant, parts))
    left = len(known) - most
    there = listed(known) if left <= 0 else f"{', '.join(known[:most])} and {left} more"
    return _error(f"Unknown: {part.source}. Available: {there}.")


# what a file name can't contain


def _too_long(name: str, extension: str) -> str:
    excess = excess_bytes(name, extension)
    long = next((each for each in cleaned(name) if not each.isascii()), "")
    unit, why = ("byte", f": {long} takes {len(long.encode())}") if long else ("character", "")
    return f"The file name is {excess:,} {unit}{'' if excess == 1 else 's'} too long{why}."


def _rejected(name: str, _extension: str) -> str:
    found = [f"“{each}”" for each in rejected_characters(name)]
    return f"{listed(found)} become{'s' if len(found) == 1 else ''} “-” in a file name."


def _edges(name: str, _extension: str) -> str:
    first = cleaned(name).strip()[:1]
    edge = f"“{first}” at the start" if first in (".", "-") else "“.” at the end"
    return f"{edge} of a file name is removed."


def _reserved(name: str, extension: str) -> str:
    return f"Some systems reserve this name; the file will be {safe_file_name(name, extension)}."


_SENTENCES: Mapping[NameFlaw, Callable[[str, str], str]] = {
    NameFlaw.EMPTY: lambda _name, _extension: "This name has no usable characters.",
    NameFlaw.TOO_LONG: _too_long,
    NameFlaw.REJECTED: _rejected,
    NameFlaw.HIDDEN: lambda _name, _extension: "The name contains an invisible character, which is removed.",
    NameFlaw.EDGES: _edges,
    NameFlaw.RESERVED: _reserved,
}


def _flaw_problem(
    flaw: NameFlaw, name: str, template: str, files: Sequence[NameFields], extension: str
) -> Problem:
    message = _SENTENCES[flaw](name, extension)
    parts = parts_of(template)
    match flaw:
        case NameFlaw.EMPTY:
            empty = {part.source: None for part in parts if "" in {value_of(part, one) for one in files}}
            if empty:
                message = f"{message.removesuffix('.')}: {listed(empty)} is empty here."
            return _error(message, leave_out(NAME))
        case NameFlaw.TOO_LONG:
            return _error(message, _shorter(parts, excess_bytes(name, extension)))
        case NameFlaw.REJECTED:
            return _warning(message, _with_literals(parts, with_dashes, "use -"))
        case NameFlaw.HIDDEN:
            return _warning(message, _with_literals(parts, without_hidden, "leave it out"))
    return _warning(message)


def _same_names(
    template: str, files: Sequence[NameFields], names: Sequence[str], extension: str
) -> Iterator[Problem]:
    """Warn if files have the same name and would be numbered, and if a placeholder can tell them apart."""
    counts = Counter(safe_file_name(name, extension).casefold() for name in names)
    count = sum(count for count in counts.values() if count > 1)
    missing = next(_missing(template, files), "") if count else ""
    if missing:
        which = "All files" if count == len(names) else f"{count:,} files"
        fix = Fix(f"add {missing}", {NAME.wire_name: f"{template.rstrip()} {missing}"})
        yield _warning(f"{which} would have the same name and be numbered.", fix)


def _missing(template: str, files: Sequence[NameFields]) -> Iterator[str]:
    """Yield the placeholders that would tell the files apart and are not in the template."""
    used = {part.key for part in parts_of(template) if part.kind is PartKind.PLACEHOLDER}
    labels, _ = _common_filters(files)
    ids = {label: id_ for id_, label in files[0].filter_labels.items()}
    for source in ("{dashboard}", *map(filter_placeholder, labels), "{tile}"):
        (part,) = parts_of(source)
        by_id = parts_of(filter_placeholder(ids.get(part.label, "")))[0].key
        if (
            part.key not in used
            and by_id not in used
            and len({value_of(part, fields) for fields in files}) > 1
        ):
            yield source


# suggested fixes


def _replaced(part: Part, source: str, parts: tuple[Part, ...]) -> Fix:
    template = "".join(source if one is part else one.source for one in parts)
    return Fix(f"use {source}", {NAME.wire_name: template})


def _without(part: Part, parts: tuple[Part, ...]) -> Fix:
    template = template_of(one for one in parts if one is not part)
    return Fix("leave it out", {NAME.wire_name: template if template.strip() else None})


def _with_literals(parts: tuple[Part, ...], change: Callable[[str], str], label: str) -> Fix | None:
    """Suggest changed literals; None if they aren't the problem."""
    changed = [
        Part(part.kind, change(part.text)) if part.kind is PartKind.LITERAL else part for part in parts
    ]
    return Fix(label, {NAME.wire_name: template_of(changed)}) if tuple(changed) != parts else None


def _shorter(parts: tuple[Part, ...], excess: int) -> Fix | None:
    """Suggest cutting the longest literal, if that is enough."""
    literals = [part for part in parts if part.kind is PartKind.LITERAL]
    longest = max(literals, key=lambda part: len(part.text), default=None)
    if longest is None or len(longest.text.encode(errors="ignore")) <= excess:
        return None
    text = longest.text.encode(errors="ignore")[:-excess].decode(errors="ignore")
    cut = Part(PartKind.LITERAL, text)
    return Fix(
        "shorten it", {NAME.wire_name: template_of(cut if part is longest else part for part in parts)}
    )


def _error(message: str, fix: Fix | None = None) -> Problem:
    return Problem(NAME.wire_name, Severity.ERROR, message, fix)


def _warning(message: str, fix: Fix | None = None) -> Problem:
    return Problem(NAME.wire_name, Severity.WARNING, message, fix)

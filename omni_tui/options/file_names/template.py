"""Name templates: `{dashboard} {date}` and what it makes of one export. Pure; nothing here raises.

What comes out still passes through `safe_file_name`. What is put in for a placeholder is made safe here, so
that only what was typed around it can be wrong: `omni_tui.options.file_names.validate` says what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from omni_tui.options.file_names.sanitize import cleaned, plain, stem_limit_bytes, trimmed
from omni_tui.options.filters.labels import folded
from omni_tui.options.spec import Format

# What a template may hold besides `{filter:LABEL}`, and what it stands for.
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "dashboard": "the dashboard's name",
        "tile": "the tile's name; nothing for a whole dashboard",
        "format": "pdf, png, xlsx, csv or json",
        "date": "the day, as 2026-11-23",
        "time": "the time, as 09-12",
        "profile": "the profile's name",
    }
)
FILTER = "filter"
USUAL_TEMPLATE = "{dashboard}"

# A value that makes a name too long is cut to no less than this; then it is what was typed that is too long.
LEAST_VALUE_BYTES = 16
ELLIPSIS = "…"
LONGEST_EXTENSION = max((fmt.value for fmt in Format), key=len)


@dataclass(frozen=True, slots=True)
class NameFields:
    """What the placeholders stand for in one export.

    `moment` is local time. `filters` is text by label, and `filter_labels` are the labels by filter ID.
    """

    dashboard: str
    tile: str
    format: Format
    moment: datetime
    profile: str = ""
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    filter_labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class PartKind(Enum):
    """What a part of a template is. An OPEN one is a brace that nothing closes, with all behind it."""

    LITERAL = "literal"
    PLACEHOLDER = "placeholder"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a template: `text` is what a literal says, or what stands between the braces."""

    kind: PartKind
    text: str

    @property
    def name(self) -> str:
        """Which placeholder it is: `date`, or `filter` for one of those."""
        return _key(self.text.partition(":")[0])

    @property
    def label(self) -> str:
        """The filter's label that it names; empty for the other placeholders."""
        return self.text.partition(":")[2].strip()

    @property
    def key(self) -> tuple[str, str]:
        """What two ways to write the same placeholder have in common."""
        return (self.name, _key(self.label))

    @property
    def source(self) -> str:
        """The part as it stands in a template."""
        if self.kind is PartKind.LITERAL:
            return self.text.replace("{", "{{").replace("}", "}}")
        return f"{{{self.text}}}" if self.kind is PartKind.PLACEHOLDER else f"{{{self.text}"

    @property
    def typed(self) -> str:
        """What stands in the name when nothing takes its place."""
        return self.text if self.kind is PartKind.LITERAL else self.source


_PARTS = re.compile(
    r"(?P<double>\{\{|\}\})|\{(?P<placeholder>[^{}]*)\}|\{(?P<open>[^{]*)|(?P<text>[^{}]+|\})"
)


@lru_cache(maxsize=256)
def parts_of(template: str) -> tuple[Part, ...]:
    """A template in its parts; literals next to each other are one. A lone `}` is a literal."""
    parts: list[Part] = []
    for match in _PARTS.finditer(template):
        if (text := match["placeholder"]) is not None:
            parts.append(Part(PartKind.PLACEHOLDER, text))
        elif (text := match["open"]) is not None:
            parts.append(Part(PartKind.OPEN, text))
        else:
            literal = match["text"] or match["double"][0]
            if parts and parts[-1].kind is PartKind.LITERAL:
                literal = parts.pop().text + literal
            parts.append(Part(PartKind.LITERAL, literal))
    return tuple(parts)


def template_of(parts: Iterable[Part]) -> str:
    """The template that has these parts."""
    return "".join(part.source for part in parts)


def filter_placeholder(label: str) -> str:
    """The placeholder of a filter, as it is written: `{filter:Region}`."""
    return f"{{{FILTER}:{_without_braces(label)}}}"


def fan_out_template(template: str, label: str, filter_id: str = "") -> str:
    """The template, with a filter's value in it: each value makes a file of its own."""
    keys = {part.key for part in parts_of(template) if part.kind is PartKind.PLACEHOLDER}
    has_it = any((FILTER, _key(name)) in keys for name in (label, filter_id) if name)
    return template if has_it else f"{template.strip() or USUAL_TEMPLATE} {filter_placeholder(label)}"


def expand(template: str, fields: NameFields) -> str:
    """The name that a template makes, without an extension.

    A part that is empty leaves no gap: no double blanks, no dangling dashes, no empty brackets. Values are
    cut where the name would not fit into a file system; literals stay as they were typed, and so do
    placeholders that mean nothing.
    """
    return expansion(template, fields)[0]


def expansion(template: str, fields: NameFields) -> tuple[str, list[str]]:
    """As `expand`, with the placeholders that were cut for it: the longest, all to the same length."""
    parts = parts_of(template)
    whole = [value_of(part, fields) for part in parts]
    name = _joined(parts, whole)
    if _fits(name):
        return name, []
    low, high = LEAST_VALUE_BYTES, max((len((value or "").encode()) for value in whole), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(_joined(parts, [_cut(value, middle) for value in whole])):
            low = middle
        else:
            high = middle - 1
    values = [_cut(value, low) for value in whole]
    cut = [part.source for part, value, kept in zip(parts, whole, values, strict=True) if value != kept]
    return _joined(parts, values), list(dict.fromkeys(cut))


def value_of(part: Part, fields: NameFields) -> str | None:
    """What stands for a placeholder, safe in a file's name; None for one that means nothing."""
    if part.kind is not PartKind.PLACEHOLDER or (part.label and part.name != FILTER):
        return None
    match part.name:
        case "dashboard" | "tile" | "profile" as name:
            return _safe(getattr(fields, name))
        case "format":
            return fields.format.value
        case "date":
            return f"{fields.moment:%Y-%m-%d}"
        case "time":
            return f"{fields.moment:%H-%M}"
        case "filter":
            return _filter_value(part.label, fields)
    return None


def find_label(name: str, labels: Iterable[str], labels_by_id: Mapping[str, str] | None = None) -> str | None:
    """The label that a name means: by a filter's ID, else the same but for case, blanks and composition."""
    known, by_id = list(labels), labels_by_id or {}
    if by_id.get(name) in known:
        return by_id[name]
    if name in known:
        return name
    by_key = {_key(id_): label for id_, label in by_id.items() if label in known}
    by_key |= {_key(one): one for one in reversed(known)}
    return by_key.get(_key(name))


def _fits(name: str) -> bool:
    return len(name.encode(errors="replace")) <= stem_limit_bytes(LONGEST_EXTENSION)


def _cut(value: str | None, limit_bytes: int) -> str | None:
    """The value in so many bytes, with … at its end where it was cut."""
    data = (value or "").encode()
    if value is None or len(data) <= limit_bytes:
        return value
    return data[: limit_bytes - len(ELLIPSIS.encode())].decode(errors="ignore").rstrip() + ELLIPSIS


# Stands where a part came out empty, until what it leaves behind is cleared away.
_GAP = "\0"
_DASH = r"[-–—_,;.·|+&~:/\\]"
_CLEARED = (
    (re.compile(rf"[(\[](?:\s|{_DASH})*{_GAP}(?:\s|{_DASH}|{_GAP})*[)\]]"), _GAP),  # (), ( - )
    (re.compile(rf"{_GAP}\s*{_GAP}"), _GAP),
    (re.compile(rf"(\s*{_DASH}+\s*){_GAP}\s*{_DASH}+\s*"), rf"\1{_GAP}"),  # a -  - b
    (re.compile(rf"(^\s*|[(\[]\s*){_GAP}(?:\s|{_DASH})*"), r"\1"),  # - a, (- a)
    (re.compile(rf"(?:\s|{_DASH})*{_GAP}(?=\s*(?:$|[)\]]))"), ""),  # a -, (a -)
)


def _joined(parts: tuple[Part, ...], values: list[str | None]) -> str:
    """All in one line. Where a value stands first or last, its dots and dashes at the edge go."""
    texts = [
        part.typed.replace(_GAP, "") if value is None else value or _GAP
        for part, value in zip(parts, values, strict=True)
    ]
    name = plain(_without_gaps("".join(texts))).strip()
    shown = [value is not None for text, value in zip(texts, values, strict=True) if text.strip(f"{_GAP} ")]
    if shown and shown[0]:
        name = name.lstrip(" .-")
    if shown and shown[-1]:
        name = name.rstrip(" .")
    return name


def _without_gaps(name: str) -> str:
    before = ""
    while _GAP in name and name != before:
        before = name
        for pattern, put in _CLEARED:
            name = pattern.sub(put, name)
    return name.replace(_GAP, "")


@lru_cache(maxsize=4096)
def _safe(value: str) -> str:
    """A value as a part of a name; nothing when only dots and dashes are left of it."""
    name = cleaned(value).strip()
    return name if trimmed(name) else ""


# What a filter's words hold that a name cannot, said otherwise; what is left of such signs becomes a dash.
_COMPARISONS = ((">=", "≥"), ("<=", "≤"), (">", "over "), ("<", "under "), ('"', ""))


def _filter_value(name: str, fields: NameFields) -> str | None:
    found = find_label(name, fields.filters, fields.filter_labels)
    if found is None:
        return None
    text = fields.filters[found]
    for sign, words in _COMPARISONS:
        text = text.replace(sign, words)
    return _safe(text)


def _key(text: str) -> str:
    """What two ways to write a label have in common. No label can be written with its braces."""
    return folded(_without_braces(text))


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")

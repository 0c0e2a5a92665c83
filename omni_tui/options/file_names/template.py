"""Name templates: `{dashboard} {date}`, and the name it makes for one export. Pure; raises nothing.

The name still passes through `safe_file_name`. Values of placeholders are made safe here, so only the typed
text around them can be wrong: `options.file_names.validate` checks it.
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
from omni_tui.options.filters.describe import folded
from omni_tui.options.spec import Format

# The placeholders of a template besides `{filter:LABEL}`, and what they stand for.
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "dashboard": "the dashboard's name",
        "tile": "the tile's name; empty for a whole dashboard",
        "format": "pdf, png, xlsx, csv or json",
        "date": "the date, as in 2026-11-23",
        "time": "the time, as in 09-12",
        "profile": "the profile's name",
    }
)
FILTER = "filter"
DEFAULT_TEMPLATE = "{dashboard}"

# Values are cut to this length at least; beyond that, the typed text is too long.
MIN_VALUE_BYTES = 16
# No file name has room for more of a value, and tidying a much longer one would take seconds.
MAX_VALUE_CHARACTERS = 500
ELLIPSIS = "…"
LONGEST_EXTENSION = max((fmt.value for fmt in Format), key=len)


@dataclass(frozen=True, slots=True)
class NameFields:
    """The values of the placeholders for one export.

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
    """The kind of a template's part. OPEN is a brace that is not closed, with all text after it."""

    LITERAL = "literal"
    PLACEHOLDER = "placeholder"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a template: `text` is a literal's text, or the text between the braces."""

    kind: PartKind
    text: str

    @property
    def name(self) -> str:
        """The placeholder's name: `date`, or `filter` for a filter's."""
        return _key(self.text.partition(":")[0])

    @property
    def label(self) -> str:
        """The filter label that it names; empty for other placeholders."""
        return self.text.partition(":")[2].strip()

    @property
    def key(self) -> tuple[str, str]:
        """A key that is equal for two spellings of the same placeholder."""
        return (self.name, _key(self.label))

    @property
    def source(self) -> str:
        """The part as written in a template."""
        if self.kind is PartKind.LITERAL:
            return self.text.replace("{", "{{").replace("}", "}}")
        return f"{{{self.text}}}" if self.kind is PartKind.PLACEHOLDER else f"{{{self.text}"

    @property
    def typed(self) -> str:
        """The part's text in a name if it has no value."""
        return self.text if self.kind is PartKind.LITERAL else self.source


_PARTS = re.compile(
    r"(?P<double>\{\{|\}\})|\{(?P<placeholder>[^{}]*)\}|\{(?P<open>[^{]*)|(?P<text>[^{}]+|\})"
)


@lru_cache(maxsize=256)
def parts_of(template: str) -> tuple[Part, ...]:
    """Split a template into parts; adjacent literals become one. A lone `}` is a literal."""
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
    """Join parts to a template."""
    return "".join(part.source for part in parts)


def filter_placeholder(label: str) -> str:
    """Return a filter's placeholder, as in `{filter:Region}`."""
    return f"{{{FILTER}:{_without_braces(label)}}}"


def fan_out_template(template: str, label: str, filter_id: str = "") -> str:
    """Return the template with a filter's value in it, so that each value gets its own file."""
    keys = {part.key for part in parts_of(template) if part.kind is PartKind.PLACEHOLDER}
    has_it = any((FILTER, _key(name)) in keys for name in (label, filter_id) if name)
    return template if has_it else f"{template.strip() or DEFAULT_TEMPLATE} {filter_placeholder(label)}"


def expand(template: str, fields: NameFields) -> str:
    """Return the name that a template makes, without an extension.

    An empty part leaves no gap: no double blanks, dangling dashes or empty brackets. Values are cut if the
    name would be too long for a file system; literals and unknown placeholders stay as typed.
    """
    return expansion(template, fields)[0]


def expansion(template: str, fields: NameFields) -> tuple[str, list[str]]:
    """Do as `expand`; also return the placeholders that were cut: the longest, all to the same length."""
    parts = parts_of(template)
    whole = [value_of(part, fields) for part in parts]
    name = _joined(parts, whole)
    if _fits(name):
        return name, []
    low, high = MIN_VALUE_BYTES, max((len((value or "").encode()) for value in whole), default=0)
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
    """Return a placeholder's value, safe in a file name; None for an unknown placeholder."""
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
    """Return the label that a name means: by filter ID, else ignoring case, blanks and composition."""
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
    """Cut a value to that many bytes, ending with … if it was cut."""
    data = (value or "").encode()
    if value is None or len(data) <= limit_bytes:
        return value
    return data[: limit_bytes - len(ELLIPSIS.encode())].decode(errors="ignore").rstrip() + ELLIPSIS


# Marks an empty part until the text around it is tidied.
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
    """Join all parts. If a value is first or last, remove its dots and dashes at that end."""
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
    """Return a value as part of a name; empty if only dots and dashes are left."""
    name = cleaned(value).strip()
    if len(name) > MAX_VALUE_CHARACTERS:
        name = name[: MAX_VALUE_CHARACTERS - 1] + ELLIPSIS
    return name if trimmed(name) else ""


# What replaces characters in a filter's text that a name can't contain; others become a dash.
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
    """Return a key that is equal for two spellings of a label. Braces can't be written in a label."""
    return folded(_without_braces(text))


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")

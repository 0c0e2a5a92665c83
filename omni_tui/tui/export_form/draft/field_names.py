"""The names of the form's fields, as problems use them, and when their problems are shown."""

from __future__ import annotations

from omni_tui.options.spec import Kind
from omni_tui.options.table import OPTIONS
from omni_tui.tui.export_form.destination.folder_path import FOLDER_FIELD

TILE = next(spec for spec in OPTIONS if spec.kind is Kind.TILE)
NAME = next(spec for spec in OPTIONS if spec.kind is Kind.TEXT)
USER = next(spec for spec in OPTIONS if spec.kind is Kind.USER)

# Fields of problems that belong to the format, or to no field.
FORMAT_FIELD = "format"
NO_FIELD = ""

# Problems of typed fields are shown once the field is left; those of other fields at once.
TYPED_KINDS = frozenset({Kind.INTEGER, Kind.TEXT, Kind.TILE, Kind.USER, Kind.FILTERS})
TYPED_FIELDS = frozenset(spec.wire_name for spec in OPTIONS if spec.kind in TYPED_KINDS) | {FOLDER_FIELD}

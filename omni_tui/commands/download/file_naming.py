"""`--filename`: each file's name, from a template that was typed or is in a preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from omni_tui.commands.download.flags.option_flags import NAME, TILE
from omni_tui.commands.download.prefetch import Dashboard
from omni_tui.options.file_names.template import (
    FILTER,
    NameFields,
    Part,
    PartKind,
    expand,
    fan_out_template,
    parts_of,
)
from omni_tui.options.file_names.validate import name_problems, template_problem
from omni_tui.options.filters.types import Filter
from omni_tui.options.rules import file_extension
from omni_tui.options.spec import ExportRequest, Problem, Severity


@dataclass(frozen=True, slots=True)
class FileNaming:
    """How files are named. Without a template, after the dashboard, unless a fan-out needs more.

    `moment` is local time, the same for all files of a run; `profile` is the settings profile's name.
    """

    template: str | None
    moment: datetime
    profile: str = ""

    @property
    def is_literal(self) -> bool:
        """Return whether the template is a plain name without placeholders."""
        return self.template is not None and not self._placeholders

    def names(self, placeholder: str) -> bool:
        """Return whether the template has this placeholder: `dashboard`, `tile`, `filter`."""
        return any(part.name == placeholder for part in self._placeholders)

    def literal_name(self, request: ExportRequest) -> str:
        """Return the plain name. Call it only if `is_literal`."""
        return expand(self.template or "", self.fields(request, Dashboard(""), {}))

    def problems_so_far(self, request: ExportRequest) -> list[Problem]:
        """Return problems with the template that can be found without a dashboard."""
        if self.template is None:
            return []
        if self.is_literal:
            fields = self.fields(request, Dashboard(""), {})
            return name_problems(self.template, [fields], file_extension(request))
        labels = [part.label for part in self._placeholders if part.name == FILTER and part.label]
        message = template_problem(self.template, labels)
        return [Problem(NAME, Severity.ERROR, message)] if message else []

    def for_fan_out(self, fanned: Filter) -> str:
        """Return the template with that filter's value in it, so that the names differ."""
        return fan_out_template(self.template or "", fanned.label, fanned.id)

    def fields(
        self,
        request: ExportRequest,
        dashboard: Dashboard,
        texts: Mapping[str, str],
        filter_labels: Mapping[str, str] | None = None,
    ) -> NameFields:
        """Return the values of the placeholders for one file.

        `texts` are the current conditions of all filters, by label; `filter_labels` are the labels by ID.
        """
        return NameFields(
            dashboard=dashboard.name or dashboard.id,
            tile=_tile_name(request, dashboard),
            format=request.format,
            moment=self.moment,
            profile=self.profile,
            filters=texts,
            filter_labels=filter_labels or {},
        )

    @property
    def _placeholders(self) -> Sequence[Part]:
        return [part for part in parts_of(self.template or "") if part.kind is not PartKind.LITERAL]


def _tile_name(request: ExportRequest, dashboard: Dashboard) -> str:
    """Return the tile's name, or its key if the name is unknown; empty for the whole dashboard."""
    key = request.values.get(TILE)
    if not isinstance(key, str):
        return ""
    return next((tile.name for tile in dashboard.tiles if tile.key == key and tile.name), key)

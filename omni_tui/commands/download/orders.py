"""Turn a plan into orders: resolve each dashboard's filters, tile and name before anything starts."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.file_naming import FileNaming
from omni_tui.commands.download.flags.filter_flags import FanOut, edits_of, fan_out_of, set_texts, shown_texts
from omni_tui.commands.download.flags.option_flags import (
    FILTER,
    FILTERS,
    NAME,
    PRESET,
    TILE,
    TILE_NAME,
    USER,
    flag_of,
)
from omni_tui.commands.download.prefetch import (
    Dashboard,
    DetailsToLoad,
    key_of_tile,
    read_all,
    tile_name_problem,
)
from omni_tui.commands.shared.dashboard_ids import Reference
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.downloads.job.failure_messages import failure_from
from omni_tui.downloads.job.models import Job, JobState, Order
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.file_names.sanitize import safe_file_name
from omni_tui.options.file_names.template import NameFields, expand
from omni_tui.options.file_names.validate import name_problems
from omni_tui.options.filters.describe import named
from omni_tui.options.filters.editing import config, edit_of, edit_problem
from omni_tui.options.filters.text_syntax import value_words
from omni_tui.options.filters.types import Edit, Filter
from omni_tui.options.rules import file_extension, problems
from omni_tui.options.spec import ExportRequest, OptionValue, Problem, Severity
from omni_tui.presets.fitting import fit

if TYPE_CHECKING:
    from omni_tui.services import Services


@dataclass(frozen=True, slots=True)
class Download:
    """One file to download. `filters` are the changed filters, as texts by label."""

    order: Order
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return its title on standard error: the dashboard's ID, and the value of a fan-out."""
        order = self.order
        return plain_line(" ".join(filter(None, (order.request.dashboard_id, order.value))))


@dataclass(slots=True)
class Orders:
    """The downloads to submit, the failed jobs of dashboards that couldn't be loaded, and error messages.

    If there are `errors`, nothing is submitted. `template` and `names` define the file names.
    """

    downloads: list[Download] = field(default_factory=list)
    unread: list[Job] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    template: str = ""
    names: list[NameFields] = field(default_factory=list)


async def make_orders(plan: Plan, services: Services, folder: Path) -> Orders:
    """Create the orders; request from the server only what the plan leaves open. Raises OmniTuiError."""
    user_id = plan.values.get(USER)
    naming = FileNaming(plan.name, datetime.now(), services.profile_in_names)
    has_manifest = services.settings.manifest if plan.has_manifest is None else plan.has_manifest
    loaded = await read_all(
        services,
        plan.dashboard_ids,
        _wanted(plan, naming),
        user_id=user_id if isinstance(user_id, str) else None,
    )
    orders = Orders()
    for reference in plan.references:
        if (failure := loaded.failures.get(reference.id)) is not None:
            orders.unread.append(_unread_job(plan, reference.id, folder, failure))
        else:
            dashboard = loaded.dashboards[reference.id]
            filters = dashboard.read_filters()
            _DashboardOrders(plan, naming, reference, dashboard, filters, folder, orders, has_manifest).add()
    if not orders.errors:
        orders.warnings += _about_all_names(plan, orders)
    return orders


def _about_all_names(plan: Plan, orders: Orders) -> list[str]:
    """Return problems with all file names together: names that are equal."""
    extensions = {file_extension(download.order.request) for download in orders.downloads}
    return [
        plan.describe_problem(problem)
        for extension in extensions
        for problem in name_problems(orders.template, orders.names, extension)
        if problem.severity is Severity.WARNING
    ]


def _wanted(plan: Plan, naming: FileNaming) -> DetailsToLoad:
    preset = plan.preset
    names_a_tile = naming.names("tile") and TILE in plan.values
    needs_tiles = bool(plan.tile_name) or names_a_tile or (preset is not None and preset.is_one_tile)
    may_be_a_name = not str(plan.values.get(TILE, "1")).isdecimal()  # Omni's keys are numbers
    return DetailsToLoad(
        name=naming.names("dashboard") or (plan.is_fan_out and not plan.name) or plan.is_dry_run,
        is_confirmed=plan.is_dry_run,
        tiles=needs_tiles or may_be_a_name,
        can_do_without_tiles=not needs_tiles,
        filters=bool(
            plan.filters
            or plan.each
            or plan.has_url_filters
            or naming.names("filter")
            or (preset and (preset.filters or preset.each))
        ),
    )


@dataclass(frozen=True, slots=True)
class _DashboardOrders:
    """Creates the orders of one dashboard. Its errors are added to the common ones."""

    plan: Plan
    naming: FileNaming
    reference: Reference
    dashboard: Dashboard
    filters: Sequence[Filter]
    folder: Path
    orders: Orders
    has_manifest: bool

    def add(self) -> None:
        """Add the downloads, or the errors."""
        error_count = len(self.orders.errors)
        values = dict(self.plan.values)
        self._find_tile(values)
        typed = self._typed_edits()
        fan_out = self._fan_out(typed)
        replaced = {*typed, *([fan_out.filter.id] if fan_out else [])}
        from_url = self._url_edits(replaced)
        edits = self._preset_edits(values, {*replaced, *from_url}) | from_url | typed
        fan_out = fan_out or self._preset_fan_out(edits)
        if len(self.orders.errors) > error_count:
            return
        fanned = [{fan_out.filter.id: edit} for edit in fan_out.edits] if fan_out else [{}]
        variants = [edits | each for each in fanned]
        # with all filters if any is changed, otherwise with none; without the name
        sent = [config(self.filters, variant) for variant in variants]
        all_values = [values if each is None else {**values, FILTERS: each} for each in sent]
        requests = [ExportRequest(self.dashboard.id, self.plan.format, each) for each in all_values]
        names = self._names(requests, variants, fan_out.filter if fan_out else None)
        for request, variant, name in zip(requests, variants, names, strict=True):
            self._add_one(request, variant, name, fan_out.filter if fan_out else None)

    def _find_tile(self, values: dict[str, OptionValue]) -> None:
        """Replace a tile's name by its key. The server would reject a name, after some time."""
        if name := self.plan.tile_name:
            try:
                values[TILE] = key_of_tile(name, self.dashboard.tiles)
            except UsageError as error:
                self._wrong(f"{TILE_NAME}: {error}")
            return
        key = values.get(TILE)
        if isinstance(key, str) and (problem := tile_name_problem(key, self.dashboard.tiles)):
            self._wrong(f"{flag_of(TILE)}: {problem}")

    def _typed_edits(self) -> dict[str, Edit]:
        edits, errors = edits_of(self.filters, self.plan.filters)
        for error in errors:
            self._wrong(str(error))
        return edits

    def _fan_out(self, typed: Mapping[str, Edit]) -> FanOut | None:
        each = self.plan.each
        if each is None:
            return None
        try:
            fan_out = fan_out_of(self.filters, each)
            if fan_out.filter.id in typed:
                raise each.error(f"{fan_out.filter.label} is set by --filter too.", "Remove one of them.")
        except UsageError as error:
            self._wrong(str(error))
            return None
        return fan_out

    def _url_edits(self, replaced: Collection[str]) -> dict[str, Edit]:
        """Return the edits in the dashboard's URL, except the replaced ones."""
        if self.reference.url is None or not self.plan.has_url_filters:
            return {}
        from omni_tui.options.filters.from_url import url_edits

        found = url_edits(self.reference.url, self.filters, replaced)
        self.orders.warnings += [self._about(each) for each in found.warnings]
        by_id = {filter_.id: filter_ for filter_ in self.filters}
        for error in found.errors.values():
            self._wrong(f"{error} Remove it from the URL, or set the filter with {FILTER}.")
        for id_, edit in found.edits.items():
            if problem := edit_problem(by_id[id_], edit):
                self._wrong(f"The URL's filter “{id_}”: {problem}")
        return dict(found.edits)

    def _preset_edits(self, values: dict[str, OptionValue], replaced: Collection[str]) -> dict[str, Edit]:
        """Return the edits of the preset's filters, except the replaced ones; its tile goes into `values`."""
        preset = self.plan.preset
        if preset is None:
            return {}
        left = {
            name: text
            for name, text in preset.filters.items()
            if not any(filter_.id in replaced for filter_ in named(self.filters, name))
        }
        fitted = fit(replace(preset, filters=left, each=""), self.dashboard.tiles, self.filters)
        by_id = {filter_.id: filter_ for filter_ in self.filters}
        misfits = [*fitted.misfits]
        for id_, edit in fitted.edits.items():
            problem = edit_problem(by_id[id_], edit)
            misfits += [f"{by_id[id_].label}: {problem}"] if problem else []
        for misfit in misfits:
            self._wrong(f"{PRESET} {preset.name!r}: {misfit}")
        if fitted.wants_tile:
            values[TILE] = fitted.tile_key
        return dict(fitted.edits)

    def _preset_fan_out(self, edits: Mapping[str, Edit]) -> FanOut | None:
        """Return the fan-out of the preset, unless --each replaces it."""
        preset = self.plan.preset
        if preset is None or not preset.each or self.plan.each is not None:
            return None
        from omni_tui.commands.download.flags.preset_flag import preset_fan_out

        try:
            return preset_fan_out(preset, self.filters, edits)
        except UsageError as error:
            self._wrong(str(error))
            return None

    def _names(
        self, requests: Sequence[ExportRequest], variants: Sequence[Mapping[str, Edit]], fanned: Filter | None
    ) -> list[str | None]:
        """Return each file's name without extension, or None for the dashboard's name. Reports problems."""
        template = self.plan.name if fanned is None else self.naming.for_fan_out(fanned)
        if template is None:
            return [None] * len(requests)
        labels = {filter_.id: filter_.label for filter_ in self.filters}
        files = [
            self.naming.fields(
                request,
                self.dashboard,
                shown_texts(self.filters, edits, self.plan.values.get(FILTERS)),
                labels,
            )
            for request, edits in zip(requests, variants, strict=True)
        ]
        self.orders.template = template
        self.orders.names += files
        for problem in name_problems(template, files, file_extension(requests[0])):
            self._tell(problem)
        return [safe_file_name(expand(template, fields)) for fields in files]

    def _add_one(
        self, request: ExportRequest, edits: Mapping[str, Edit], name: str | None, fanned: Filter | None
    ) -> None:
        if name is not None:
            request = replace(request, values={**request.values, NAME: name})
        for problem in problems(request):
            self._tell(problem)
        order = Order(
            request,
            self.dashboard.name,
            self.folder,
            self.plan.target.file_name,
            has_manifest=self.has_manifest and not self.plan.target.is_standard_output,
            value=value_words(fanned, edits.get(fanned.id) or edit_of(fanned)) if fanned else "",
        )
        self.orders.downloads.append(
            Download(order, set_texts(self.filters, edits, self.plan.values.get(FILTERS), fanned))
        )

    def _tell(self, problem: Problem) -> None:
        if problem.severity is Severity.ERROR:
            self._wrong(self.plan.describe_problem(problem))
        else:
            self.orders.warnings.append(self.plan.describe_problem(problem))

    def _wrong(self, words: str) -> None:
        """Add an error."""
        self.orders.errors.append(self._about(words))

    def _about(self, words: str) -> str:
        """Prefix the text with the dashboard's ID if there are several."""
        is_one_of_several = len(self.plan.dashboard_ids) > 1
        return f"{self.dashboard.id}: {words}" if is_one_of_several else words


def _unread_job(plan: Plan, dashboard_id: str, folder: Path, error: OmniTuiError) -> Job:
    """Return a dashboard whose filters or tiles can't be loaded as a failed job."""
    order = Order(ExportRequest(dashboard_id, plan.format, plan.values), "", folder)
    now = time.time()
    return Job(
        id=f"unread {dashboard_id}",
        order=order,
        state=JobState.FAILED,
        times={JobState.QUEUED: now, JobState.FAILED: now},
        failure=failure_from(error, order),
    )

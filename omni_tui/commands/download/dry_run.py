"""The output of `--dry-run`: each file's request and path, then the steps after saving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from omni_tui.api.client import OmniClient
from omni_tui.commands.download.args import Plan
from omni_tui.commands.download.flags.after_save_flags import AfterSave
from omni_tui.commands.download.merge_and_unpack import merged_name
from omni_tui.commands.download.orders import Download, Orders
from omni_tui.commands.download.report import failure_line, json_object, status_of
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.exit_codes import Status, UsageError, worst
from omni_tui.commands.shared.stdout_lines import print_lines
from omni_tui.downloads.errors import FileSaveError, not_created
from omni_tui.downloads.files.folders import check_folder, folder_error, nearest_folder
from omni_tui.downloads.planned import PlannedExport, free_path, planned
from omni_tui.formatting import json_line, plain_line, plain_lines, shell_word
from omni_tui.options.rules import is_whole_dashboard

STATE = "dry_run"


def print_dry_run(plan: Plan, client: OmniClient, orders: Orders, console: Console) -> Status:
    """Print what the orders would send and save; return the status as far as it can be known.

    Blocks; raises OmniTuiError if nothing could start.
    """
    statuses = [Status.SAVED]
    for job in orders.unread:
        assert job.failure is not None
        console.error(f"{job.order.request.dashboard_id}: {failure_line(job.failure, plan.flag)}")
        statuses.append(status_of(job))
    if not plan.target.is_standard_output and orders.downloads:
        statuses.append(_check_folder(plan, orders.downloads[0].order.folder, console))
    exports = planned(client, [each.order for each in orders.downloads])
    for export in exports:
        if not (export.order.dashboard_name or export.order.file_name or export.body.get("filename")):
            console.warning(
                f"{export.order.request.dashboard_id} has no known name: the server names the file."
            )
    if plan.as_json:
        lines = [json_line(json_object(job, {}, plan.flag)) for job in orders.unread]
        lines += _json_lines(plan, orders.downloads, exports)
    else:
        lines = list(_lines(plan, orders.downloads, exports))
    print_lines(lines)
    return worst(statuses)


def _check_folder(plan: Plan, folder: Path, console: Console) -> Status:
    """Report a folder that can't be written to, as a download would. Raises UsageError for a new one."""
    try:
        if plan.target.is_new_folder:
            if error := folder_error(nearest_folder(folder)):
                trouble = not_created(error, folder)
                raise UsageError(f"--output: {trouble.message}", trouble.hint) from error
        else:
            check_folder(folder)
    except FileSaveError as trouble:
        console.error(str(trouble))
        return Status.FAILED
    return Status.SAVED


def _lines(plan: Plan, downloads: list[Download], exports: list[PlannedExport]) -> Iterator[str]:
    after = plan.after
    for download, export in zip(downloads, exports, strict=True):
        name = plain_line(export.order.dashboard_name)
        yield " · ".join(filter(None, (download.title, name)))
        yield from plain_lines(export.body_text)
        yield plain_line(export.curl)
        if plan.target.is_standard_output:
            yield f"File: {plan.target.sink or 'standard output'}"
        else:
            deleted = " (deleted afterwards)" if _is_deleted(after, export) else ""
            yield f"File: {export.path}{deleted}"
            yield from (f"Manifest: {path}" for path in export.paths[1:])
        if folder := _unpacked_into(after, export):
            yield f"Unpacked into: {folder}/"
        yield ""
    if merged := _merged(after, exports):
        yield f"Merged into: {merged}"
    if after.then:
        yield f"Then runs: {' '.join(map(shell_word, after.then))} FILE"


def _json_lines(plan: Plan, downloads: list[Download], exports: list[PlannedExport]) -> Iterator[str]:
    after = plan.after
    for download, export in zip(downloads, exports, strict=True):
        folder = _unpacked_into(after, export)
        yield json_line(
            {
                "dashboard": export.order.request.dashboard_id,
                "format": export.order.request.format.value,
                "filters": dict(download.filters),
                "state": STATE,
                "method": "POST",
                "url": export.url,
                "body": export.body,
                "curl": export.curl,
                "path": None if plan.target.is_standard_output else str(export.path),
                "manifest": str(export.manifest) if export.manifest else None,
                **({"unpacked_into": str(folder)} if folder else {}),
                **({"is_deleted": True} if _is_deleted(after, export) else {}),
            }
        )
    if merged := _merged(after, exports):
        paths = [str(export.path) for export in exports]
        yield json_line({"path": str(merged), "merged_from": paths, "state": STATE})


def _is_deleted(after: AfterSave, export: PlannedExport) -> bool:
    return after.removes_originals and (bool(after.merge) or _unpacked_into(after, export) is not None)


def _unpacked_into(after: AfterSave, export: PlannedExport) -> Path | None:
    """Return the folder that a ZIP is unpacked into; None if it isn't."""
    is_unpacked = after.unzip and is_whole_dashboard(export.order.request)
    return free_path(export.path.with_suffix("")) if is_unpacked else None


def _merged(after: AfterSave, exports: list[PlannedExport]) -> Path | None:
    """Return the path of the merged file; None if nothing is merged."""
    if not (after.merge and exports):
        return None
    return free_path(exports[0].path.parent / merged_name(after.merge), [each.path for each in exports])

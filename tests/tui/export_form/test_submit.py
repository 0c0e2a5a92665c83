"""Exporting from the form: what is submitted, and what the form shows afterwards."""

from __future__ import annotations

import shlex
from pathlib import Path

from omni_tui.catalog.list_view import Listing
from omni_tui.downloads.errors import OptionsRejected
from omni_tui.downloads.job.models import JobState
from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.input_line import LineInput
from tests.tui.export_form.forms import BLOBS, SALES, Form, open_form, services_for
from tests.tui.fake_services import FakeServices, document
from tests.tui.waiting import screen_lines, screen_text, wait_for

REASON = "The server says: Single column layout is not supported for FIT_PAGE format."


def last_job(form: Form) -> str:
    return form.services.engine.jobs()[-1].id


async def test_f5_submits_the_export_opens_the_downloads_and_keeps_the_focus() -> None:
    async with open_form() as form:
        await form.press("f5")
        (order,) = form.services.engine.submitted
        assert order.dashboard_name == "Blob Web Traffic"
        assert order.folder == form.services.download_folder
        await form.shows("Started: Blob Web Traffic.pdf")
        assert form.pilot.app.pane == "downloads"  # type: ignore[attr-defined]
        assert form.focused == "format"


async def test_another_format_can_follow_at_once() -> None:
    async with open_form() as form:
        await form.press("f5", "right", "f5")
        assert [body["format"] for body in form.bodies] == ["pdf", "png"]


async def test_enter_on_the_button_exports_too() -> None:
    async with open_form() as form:
        form.screen.query_one("#export-button").focus()
        await form.press("enter")
        assert form.bodies == [{"format": "pdf"}]


async def test_the_frame_shows_when_the_file_is_saved() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.press("f5")
        path = form.services.download_folder / "Blob Web Traffic.pdf"
        path.touch()
        form.services.engine.move(last_job(form), JobState.DONE, path=path, bytes_received=184_000)
        await form.shows("● Saved: ~/exports/Blob Web Traffic.pdf  184 kB")
        await form.shows("→ ~/exports/Blob Web Traffic (2).pdf")  # where the next one would go


async def test_the_end_of_a_long_path_is_kept() -> None:
    async with open_form() as form:
        await form.press("f5")
        path = form.services.download_folder / ("deep/" * 20) / "Blob Web Traffic.pdf"
        form.services.engine.move(last_job(form), JobState.DONE, path=path, bytes_received=184_000)
        await form.shows("/deep/Blob Web Traffic.pdf  184 kB")
        await form.shows("● Saved: …/deep/")


async def test_a_rejection_is_shown_under_its_field_until_a_change() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.press("f5")
        form.services.engine.fail(last_job(form), REASON, field="paperFormat")
        await form.shows(REASON)
        lines = screen_lines(form.pilot)
        at = next(i for i, line in enumerate(lines) if REASON in line)
        assert "Paper" in lines[at - 1]
        assert "1 problem" in screen_text(form.pilot)
        await form.focus("paperFormat")
        await form.press("right")
        assert form.problems == []


async def test_a_failure_of_no_field_is_shown_above_the_button() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.press("f5")
        form.services.engine.fail(last_job(form), "A tile [x] failed to render.", "Look in Omni.")
        await form.shows("✗ A tile [x] failed to render. Look in Omni.")
        lines = screen_lines(form.pilot)
        at = next(i for i, line in enumerate(lines) if "failed to render. Look" in line)
        assert "Export" in "".join(lines[at + 1 : at + 3])


async def test_a_retry_forgets_the_earlier_failure() -> None:
    async with open_form() as form:
        await form.press("f5")
        form.services.engine.fail(last_job(form), REASON, field="paperFormat")
        await wait_for(form.pilot, lambda: form.problems == [REASON])
        await form.press("f5")
        assert form.problems == []
        assert form.bodies == [{"format": "pdf"}] * 2


async def test_jobs_of_other_forms_are_not_shown() -> None:
    async with open_form() as form:
        stranger = form.services.engine.add(name="Another")
        form.services.engine.fail(stranger.id, REASON, field="paperFormat")
        await form.press("f5")
        assert form.problems == []


async def test_a_failed_export_among_several_is_named() -> None:
    async with open_form(BLOBS, SALES, size=(120, 40)) as form:
        await form.press("f5")
        form.services.engine.fail(last_job(form), "No such dashboard.")
        await form.shows("✗ Sales Overview: No such dashboard.")
        await form.shows("2 started: 1 running, 1 failed")


async def test_a_missing_folder_blocks_the_export_until_it_is_created() -> None:
    services = FakeServices(documents=(BLOBS,))
    async with open_form(services=services, size=(120, 40)) as form:
        await form.shows("doesn't exist yet")
        await form.press("f5")
        assert form.bodies == []
        services.download_folder.mkdir(parents=True)
        await form.press("f5")
        await wait_for(form.pilot, lambda: form.problems == [])
        await form.press("f5")
        assert form.bodies == [{"format": "pdf"}]


async def test_a_rejected_order_is_explained_above_the_button() -> None:
    services = services_for(BLOBS)
    services.engine.refusal = OptionsRejected([Problem("", Severity.ERROR, "Not [this].")])
    async with open_form(services=services) as form:
        await form.press("f5")
        await wait_for(form.pilot, lambda: form.problems == ["Not [this]."])


async def test_the_form_unsubscribes_when_it_closes() -> None:
    async with open_form() as form:
        before = len(form.services.engine.subscribers)
        await form.press("escape")
        await wait_for(form.pilot, lambda: len(form.services.engine.subscribers) < before)


async def test_a_typed_name_is_sent() -> None:
    async with open_form() as form:
        await form.focus("filename")
        await form.press(*"Q3", "f5")
        assert form.bodies == [{"format": "pdf", "filename": "Q3"}]
        await form.shows("Started: Q3.pdf")


class TestTypingFast:
    """Keys that arrive together do the same as one by one."""

    async def test_the_order_is_what_was_typed(self) -> None:
        async with open_form() as form:
            await form.focus("filename")
            await form.burst(*"Numbers of the third quarter", "f5")
            await wait_for(form.pilot, lambda: form.bodies)
            assert form.bodies == [{"format": "pdf", "filename": "Numbers of the third quarter"}]

    async def test_another_format_shows_its_fields_before_the_next_key(self) -> None:
        async with open_form() as form:
            await form.burst("right", "right", "right", "down", "down", "space", "down", *"500", "f5")
            await wait_for(form.pilot, lambda: form.bodies)
            assert form.bodies == [{"format": "csv", "enableFormatting": True, "maxRowLimit": 500}]

    async def test_a_tile_is_searched_for_before_it_is_chosen(self) -> None:
        async with open_form() as form:
            await form.press("j", "down", "down")
            await form.shows("Sessions by day")
            await form.burst(*"top", "enter", "f5")
            await wait_for(form.pilot, lambda: form.bodies)
            assert form.bodies == [{"format": "json", "queryIdentifierMapKey": "2"}]

    async def test_typing_ahead_does_the_same_as_typing_slowly(self) -> None:
        async with open_form() as form:
            await form.burst("x", "tab", "tab", "right", "right", "space", "f6", *"bounce", "enter", "f5")
            await wait_for(form.pilot, lambda: form.bodies)
            expected = {"format": "xlsx", "queryIdentifierMapKey": "3", "overrideRowLimit": True}
            assert form.bodies == [expected]


async def test_a_key_paints_only_what_it_changes() -> None:
    painted: list[str] = []
    async with open_form(size=(120, 40)) as form:
        await form.shows("Status")
        await form.focus("filename")
        await wait_for(form.pilot, lambda: form.screen.query_one("#field-filename", LineInput).has_focus)
        for widget in form.screen.walk_children():
            record(widget, painted)
        await form.press("a")
        await form.shows("→ ~/exports/a.pdf")
        assert set(painted) <= {"field-filename", "target", "RowLabel"}
        painted.clear()
        await form.focus("hideTitle")
        await form.press("space")
        await form.shows("☑ Hide title")
        expected = {"field-filename", "field-hideTitle", "summary", "help-line", "RowLabel"}
        assert set(painted) <= expected


def record(widget: object, painted: list[str]) -> None:
    """Record each request of a widget to be painted."""
    original = widget.refresh  # type: ignore[attr-defined]

    def refresh(*regions: object, **what: object) -> object:
        painted.append(getattr(widget, "id", None) or type(widget).__name__)
        return original(*regions, **what)

    widget.refresh = refresh  # type: ignore[attr-defined]


async def test_a_path_is_written_with_the_home_folder_as_a_tilde(tmp_path: Path) -> None:
    services = services_for(BLOBS)
    services.download_folder = tmp_path
    async with open_form(services=services, size=(200, 60)) as form:
        await form.shows(f"→ {tmp_path}/Blob Web Traffic.pdf")


async def test_a_dashboard_that_was_opened_by_its_id_gets_its_name_from_the_list() -> None:
    services = services_for(BLOBS)
    loaded, services.catalog.dashboards = services.catalog.dashboards, Listing.of(())
    async with open_form(document("", "12db1a0a"), services=services, size=(120, 40)) as form:
        await form.shows("→ ~/exports/12db1a0a.pdf")
        services.catalog.dashboards = loaded
        services.catalog.subscribers.tell()
        await form.shows("→ ~/exports/Blob Web Traffic.pdf")
        assert "Export · Blob Web Traffic" in screen_text(form.pilot)
        await form.press("f5")
        (order,) = services.engine.submitted
        assert order.dashboard_name == "Blob Web Traffic"


async def test_a_rejected_tile_reloads_the_tiles() -> None:
    async with open_form(size=(120, 40)) as form:
        await form.press("j")
        await form.focus("queryIdentifierMapKey")
        await form.shows("Top channels")
        await form.press(*"top", "enter", "f5")
        asked = form.services.client.asked.count(("tiles", BLOBS.identifier))
        form.services.engine.fail(last_job(form), "It is gone.", field="queryIdentifierMapKey")
        await form.shows("It is gone.")
        await wait_for(
            form.pilot, lambda: form.services.client.asked.count(("tiles", BLOBS.identifier)) > asked
        )


async def test_f5_while_still_connecting_says_so() -> None:
    async with open_form(size=(120, 40)) as form:
        form.screen._services = None
        await form.press("f5")
        assert form.problems == ["Still connecting. Try again in a moment."]
        assert form.bodies == []


async def test_f9_copies_the_form_as_a_command() -> None:
    async with open_form(BLOBS, SALES) as form:
        await form.pilot.press("f9")
        await form.pilot.pause()
        words = shlex.split(form.pilot.app.clipboard)
        assert words[:6] == ["omni-tui", "download", BLOBS.identifier, SALES.identifier, "--format", "pdf"]
        assert words[6:] == ["--output", f"{form.services.download_folder}/"]

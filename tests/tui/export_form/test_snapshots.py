"""Snapshots of the form: filters, several files, problems, rejections, last settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeAlias

import pytest
from textual.pilot import Pilot

from omni_tui.api.models import Document, User
from omni_tui.options.spec import Format
from omni_tui.presets.models import Preset
from omni_tui.presets.recent_and_favorites import LastUsed, RecentState
from omni_tui.tui.export_form.filters.calendar import Calendar
from omni_tui.tui.export_form.filters.list import FilterList
from tests.tui.export_form.filters.editors import ALL
from tests.tui.export_form.forms import BLOBS, SALES, Form, services_for, show_form, tell_filters
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.waiting import wait_for

Compare: TypeAlias = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)
REGION = {"type": "string", "kind": "EQUALS", "values": ["EMEA", "APAC", "AMER"], "label": "Region"}
USERS = (
    User("9e8719d9-276a-4964-9395-a493189a247c", "Ada Lovelace", "ada@blobs.example"),
    User("id-ben", "Ben [bold]", "ben@blobs.example"),
    User("id-left", "Quentin Left", "quentin@blobs.example", active=False),
    User("id-acme", "Acme Stores", "acme@embed.example", embed=True),
)
LAST = Preset("", Format.PDF, options={"paperFormat": "letter"}, filters={"Status": "complete, pending"})
SEVERAL = (
    "Bad Request: paperFormat: must be one of a3, a4, letter; filename: String must contain at most 255 "
    "character(s); Invalid filter keys found in schedule configuration: users.place. "
    "Available dashboard filter keys are: orders.status, orders.price, orders.created."
)


async def _focus_filter(form: Form, label: str) -> None:
    editors = form.screen.query_one(FilterList)
    await form.shows(label)
    editors.focus_part(next(id_ for id_, raw in FILTERS.items() if raw.get("label") == label))
    await form.pilot.pause()


FILTERS: dict[str, dict[str, Any]] = {**ALL, "orders.region": REGION}


async def _type_anew(form: Form, text: str) -> None:
    await form.press("end", "ctrl+u", *text)


async def as_it_opens(form: Form) -> None:
    await form.shows("EMEA, APAC, AMER")


async def filters_changed(form: Form) -> None:
    """Edit a text, a number, a date and a yes/no filter."""
    await _focus_filter(form, "Status")
    await _type_anew(form, "complete, pending")
    await _focus_filter(form, "Price")
    await form.press("shift+tab", "right", "tab")
    await _type_anew(form, "99.99")
    await _focus_filter(form, "Created")
    await _type_anew(form, "12")
    await _focus_filter(form, "Active")
    await form.press("right")
    await form.shows("● no   ○ any")


async def filter_problem(form: Form) -> None:
    await _focus_filter(form, "Price")
    await _type_anew(form, "ten")
    await form.press("f5")
    await form.shows("1 problem")


async def calendar_open(form: Form) -> None:
    await _focus_filter(form, "Signed up")
    await form.press("ctrl+o")
    await wait_for(form.pilot, lambda: any(each.display for each in form.screen.query(Calendar)))
    await form.shows("January 2026")


async def fan_out(form: Form) -> None:
    await _focus_filter(form, "Region")
    await form.press("down", "space")
    await form.shows("3 files")


async def fan_out_names(form: Form) -> None:
    await fan_out(form)
    await form.focus("filename")
    await form.press(*"{dashboard} {filter:Region} {date}")
    await form.shows("3 files: ")


async def several_dashboards(form: Form) -> None:
    await _focus_filter(form, "Status")
    await _type_anew(form, "complete, pending")
    await form.shows("2 dashboards, each")


async def users_listed(form: Form) -> None:
    form.services.client.known_users = USERS
    await form.focus("userId")
    await form.shows("Ada Lovelace")


async def folder_missing(form: Form) -> None:
    form.widget._focus_now(form.widget.folder_line)
    await form.press(*"~/exports/monday", "tab")
    await form.shows("create the folder")


async def name_template_problem(form: Form) -> None:
    await form.type("filename", "{dashbord} {date}")
    await form.press("f5")
    await form.shows("1 problem")
    form.widget.scroll_end(animate=False)  # how far it scrolls by itself depends on when it is laid out


async def several_refused(form: Form) -> None:
    await _focus_filter(form, "Status")
    await _type_anew(form, "pending")
    await form.press("f5")
    await form.refuse(400, SEVERAL)
    form.pilot.app.pane = None  # type: ignore[attr-defined]
    await form.shows("3 problems")
    form.widget.focus_first()


async def forbidden(form: Form) -> None:
    form.services.client.known_users = USERS
    await form.focus("userId")
    await form.shows("Ada Lovelace")
    await form.press("enter", "f5")
    await form.refuse(403, "Forbidden")
    await form.shows("✗ Acme Stores has no")


async def not_found(form: Form) -> None:
    await form.press("f5")
    await form.refuse(404, "Dashboard not found")
    await form.shows("was deleted")


async def last_time(form: Form) -> None:
    await form.shows("Last time")


async def tile_gone(form: Form) -> None:
    await form.press("c", "down", "right", "down")
    await form.shows("Top channels")
    await form.press(*"top", "enter", "f5")
    await form.refuse(400, "queryIdentifierMapKey: Tile not found in this dashboard")
    await form.shows("no longer in the dashboard")


class Look(NamedTuple):
    """The steps in the form, and its dashboards."""

    step: Callable[[Form], Awaitable[None]]
    documents: tuple[Document, ...] = (BLOBS,)


LOOKS = [
    Look(as_it_opens), Look(filters_changed), Look(filter_problem), Look(calendar_open), Look(fan_out),
    Look(fan_out_names), Look(several_dashboards, (BLOBS, SALES)), Look(users_listed), Look(folder_missing),
    Look(name_template_problem), Look(several_refused), Look(forbidden), Look(not_found), Look(last_time),
    Look(tile_gone),
]  # fmt: skip
# The others look alike in both sizes.
ALSO_WIDE = (as_it_opens, filters_changed, several_dashboards, users_listed)


def services_of(look: Look) -> FakeServices:
    services = services_for(*look.documents)
    tell_filters(services, FILTERS, *look.documents)
    if look.step is last_time:
        last = LastUsed(LAST, START - 4 * 24 * 3600)
        services.remembered = RecentState(last_used={BLOBS.identifier: last})
    return services


@pytest.mark.usefixtures("fake_home", "one_time_zone")
@pytest.mark.parametrize(
    ("look", "size"),
    [(look, size) for look in LOOKS for size in (NARROW, WIDE) if size == NARROW or look.step in ALSO_WIDE],
    ids=lambda value: value.step.__name__ if isinstance(value, Look) else f"{value[0]}x{value[1]}",
)
def test_looks(look: Look, size: tuple[int, int], snap_compare: Compare) -> None:
    services = services_of(look)

    async def come_there(pilot: Pilot[Any]) -> None:
        form = await show_form(pilot, services, look.documents)
        await look.step(form)
        await pilot.pause()

    assert snap_compare(fake_app(services), terminal_size=size, run_before=come_there)

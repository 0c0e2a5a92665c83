"""The form as a command: parsed by the real parser, it sends exactly what the form would send."""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omni_tui.api.models import DashboardFilters, Document, Tile
from omni_tui.commands.download.args import Plan, read_plan
from omni_tui.commands.download.orders import Orders, make_orders
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.options.command_line import NotACommand, request_command
from omni_tui.options.file_names.sanitize import safe_file_name
from omni_tui.options.filters.editing import read_filters, values_for_fan_out
from omni_tui.options.filters.types import Condition, Filter, JsonText
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import ExportRequest, Format, OptionValue
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.scripting.form_command import form_command
from tests.commands.download.flags.test_option_agreement import edited_filters, that_can_be_typed
from tests.examples import examples
from tests.options.test_agreement import asked_of_a_dashboard

FOLDER = Path("/tmp")
TEMPLATES = ("", "Weekly", "{dashboard} {date}", "{tile} {format}", "{{x}} {profile}-", "-a/b: 'c' \"$d\"")


def plan_of(command: str) -> Plan:
    program, subcommand, *typed = shlex.split(command)
    assert (program, subcommand) == ("omni-tui", "download")
    return read_plan(typed)


def ordered_by(command: str, documents: list[Document], told: DashboardFilters) -> Orders:
    """Return what `omni-tui download` would submit for that line."""

    async def tiles(*_: object, **__: object) -> tuple[Tile, ...]:
        return (Tile("a", "One", "1"), Tile("b", "Two", "2"))

    async def filters(*_: object, **__: object) -> DashboardFilters:
        return told

    known = {document.identifier: document for document in documents}
    services = SimpleNamespace(
        settings=SimpleNamespace(manifest=False),
        profile_in_names="",
        client=SimpleNamespace(tiles=tiles, filters=filters),
        catalog=SimpleNamespace(find=known.get),
    )
    return asyncio.run(make_orders(plan_of(command), cast(Any, services), FOLDER))


def sent(requests: list[ExportRequest]) -> list[tuple[object, ...]]:
    return [(each.dashboard_id, each.format, payload(each), query(each)) for each in requests]


@st.composite
def forms(draw: st.DrawFn) -> tuple[Draft, DashboardFilters]:
    """A form for one or two dashboards with the same filters, with options, filters and a fan-out."""
    dashboard: Dashboard
    filters: tuple[Filter, ...]
    dashboard, filters, edits = draw(edited_filters())
    documents = [Document(dashboard.identifier, "A dashboard / {name}")]
    documents += [Document("feed0001", "Another")] if draw(st.booleans()) else []
    raw = filters_of(dashboard)
    draft = Draft(documents)
    for document in documents:
        draft.filters.set_filters(document.identifier, filters)
    draft.format = draw(st.sampled_from(Format))
    asked = that_can_be_typed(draw(asked_of_a_dashboard)[1])
    for name, value in asked.values.items():
        if name not in ("filterConfig", "filename", "queryIdentifierMapKey"):
            draft.set(name, value)
    if draw(st.booleans()) and len(documents) == 1:
        draft.wants_tile = True
        draft.set("queryIdentifierMapKey", "2")
        draft.tile_names = {"1": "One", "2": "Two"}
    offered = {each.id for each in draft.filters.offered}
    draft.filters.edits = {id_: edit for id_, edit in edits.items() if id_ in offered}
    several = [
        each.id for each in draft.filters.offered if values_for_fan_out(each, draft.filters.edit(each.id))
    ]
    if several and draw(st.booleans()):
        draft.filters.fan_out = draw(st.sampled_from(several))
    draft.set("filename", draw(st.sampled_from(TEMPLATES)) or None)
    return draft, DashboardFilters(tuple(raw), raw)


@given(forms())
@examples(150, deadline=None)
def test_the_command_sends_exactly_what_the_form_would_send(form: tuple[Draft, DashboardFilters]) -> None:
    draft, told = form
    assume(not draft.errors)
    by_form = [draft.request_to_send(export) for export in draft.exports]
    command = form_command(draft, FOLDER)
    assert "\n" not in command
    orders = ordered_by(command, list(draft.documents), told)
    assert orders.errors == []
    assert sent([each.order.request for each in orders.downloads]) == sent(by_form)
    assert plan_of(command).target.folder == FOLDER


@given(asked_of_a_dashboard)
@examples(100, deadline=None)
def test_the_command_of_a_sent_request_sends_it_again(asked_of: tuple[Dashboard, ExportRequest]) -> None:
    asked = that_can_be_typed(asked_of[1])
    draft = Draft([Document(asked.dashboard_id, "A dashboard")])
    draft.load_order(asked, "")
    name = str(asked.values.get("filename", ""))
    assume(not draft.errors and safe_file_name(name or "x") == (name or "x"))
    orders = ordered_by(
        request_command(asked), [Document(asked.dashboard_id, "A dashboard")], DashboardFilters((), {})
    )
    assert sent([each.order.request for each in orders.downloads]) == sent([asked])


def a_draft(*identifiers: str, **values: OptionValue) -> Draft:
    draft = Draft([Document(each, each) for each in identifiers])
    draft.values = values
    return draft


def test_a_typical_line() -> None:
    raw = {
        "orders.status": {
            "type": "string",
            "fieldName": "status",
            "label": "Status",
            "kind": "EQUALS",
            "values": [],
        },
    }

    draft = a_draft("12db1a0a", "77aa01c2", filename="{dashboard} {date}", userId="it's me")
    for document in draft.documents:
        draft.filters.set_filters(document.identifier, read_filters(raw, ["orders.status"]))
    draft.format = Format.CSV
    draft.filters.edits = {"orders.status": Condition("is", ("complete", "in, transit"))}
    line = form_command(draft, Path("/data/weekly reports"), ["--profile", "work"])
    assert line == (
        "omni-tui download 12db1a0a 77aa01c2 --format csv --filename '{dashboard} {date}' "
        "--user-id 'it'\"'\"'s me' --filter 'Status=complete, \"in, transit\"' "
        "--output '/data/weekly reports/' --profile work"
    )
    draft.filters.fan_out = "orders.status"
    assert "--each 'Status=complete, \"in, transit\"'" in form_command(draft, Path("/data"))


def test_json_in_a_filter_is_sent_as_json() -> None:
    sent_as = {"kind": "EQUALS", "values": ["x"], "type": "string"}
    draft = a_draft("12db1a0a")
    draft.filters.set_filters(
        "12db1a0a", read_filters({"orders.status": {"type": "string"}}, ["orders.status"])
    )
    draft.filters.edits = {"orders.status": JsonText(json.dumps(sent_as))}
    request = draft.request_to_send(draft.exports[0])
    assert request.values["filterConfig"] == {"orders.status": sent_as}
    told = DashboardFilters(("orders.status",), {"orders.status": {"type": "string"}})
    orders = ordered_by(form_command(draft, FOLDER), list(draft.documents), told)
    assert sent([each.order.request for each in orders.downloads]) == sent([request])


def test_a_form_with_errors_has_no_command() -> None:
    with pytest.raises(NotACommand, match="Fix it first"):
        form_command(a_draft("12db1a0a", filename="{nothing}"), FOLDER)


@pytest.mark.parametrize("id_", ["--then=touch x", "-h"])
def test_an_id_that_would_be_a_flag_makes_no_command(id_: str) -> None:
    with pytest.raises(NotACommand, match="would be read as a flag"):
        request_command(ExportRequest(id_, Format.PDF))
    with pytest.raises(NotACommand, match="would be read as a flag"):
        form_command(a_draft(id_), FOLDER)


@pytest.mark.parametrize("name", ["a'b $HOME `id` \\ !x \t\x7f;&|", "-rf", "é ✓ {{x}}"])
def test_a_shell_passes_every_word_unchanged(name: str) -> None:
    line = request_command(ExportRequest("12db1a0a", Format.PDF, {"filename": name}))
    script = f'omni-tui() {{ printf "%s\\0" "$@"; }}; {line}'
    passed = (
        subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout.decode().split("\0")
    )
    plan = read_plan(passed[1:-1])
    assert plan.name == name.replace("{", "{{").replace("}", "}}")

"""Each option × each format × whole or tile: form, command line and payload agree, and so does the demo.

The expected options are from the vendor page's own table, which is next to our tests.
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import pytest

from omni_tui.commands.download.args import read_plan
from omni_tui.commands.download.flags.option_flags import NAME, flag_of, out_of_place
from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data.demo_users import active_user_ids
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.options.rules import payload, query
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionValue
from tests.options.strategies import PAGE_OPTIONS
from tests.options.test_table import PAGE
from tests.tui.export_form.forms import BLOBS, Form, open_form

TILE = "queryIdentifierMapKey"
DASHBOARD = next(
    each for each in SampleDocuments(60, now=datetime.now(UTC)) if each.identifier == BLOBS.identifier
)
# as in the page's table, but for what only this dashboard knows
VALUES: dict[str, OptionValue] = {
    **{name: value for name, value, _ in PAGE},
    TILE: "2",
    "filterConfig": dict(filters_of(DASHBOARD)),
    "userId": min(active_user_ids()),
}
FORMATS_OF = {name: formats for name, _, formats in PAGE}
CONTENTS = ("whole dashboard", "one tile")
CASES = list(itertools.product(VALUES, Format, CONTENTS))


def is_sent(name: str, fmt: Format, content: str) -> bool:
    """Return whether the page has the option there."""
    is_one_tile = content == "one tile" or fmt is Format.JSON
    return fmt in FORMATS_OF[name] and (name != TILE or is_one_tile)


def asked_for(name: str, fmt: Format, content: str) -> ExportRequest:
    """Return a request with that option, and a tile if needed."""
    is_one_tile = content == "one tile" or fmt is Format.JSON
    tile = {TILE: VALUES[TILE]} if is_one_tile else {}
    set_ = {} if name == TILE else {name: VALUES[name]}
    return ExportRequest(DASHBOARD.identifier, fmt, {**tile, **set_})


def names_sent(request: ExportRequest) -> set[str]:
    """Return the options that are sent, in the body or the query."""
    return (payload(request).keys() | query(request).keys()) - {"format"}


def typed_for(request: ExportRequest) -> list[str]:
    """Return the same request as flags."""
    typed = [request.dashboard_id, "--format", request.format.value]
    for name, value in request.values.items():
        flag = flag_of(name)
        if isinstance(value, bool):
            typed.append(flag if value else f"--no-{flag.removeprefix('--')}")
        else:
            typed += [flag, json.dumps(value) if isinstance(value, dict) else str(value)]
    return typed


@pytest.mark.parametrize(("name", "fmt", "content"), CASES)
def test_payload_command_line_and_server_agree(name: str, fmt: Format, content: str) -> None:
    request = asked_for(name, fmt, content)
    expected = {other for other in {*request.values, name} if is_sent(other, fmt, content)}
    assert names_sent(request) == expected

    plan = read_plan(typed_for(request))
    named = {NAME: plan.name} if plan.name is not None else {}
    typed = ExportRequest(*plan.dashboard_ids, plan.format, {**plan.values, **named})
    assert typed == request
    refused_flags = [problem.field for problem in out_of_place(plan.format, typed.values)]
    assert refused_flags == [other for other in request.values if other not in expected]

    user_id = query(request).get("userId")
    needs_tile = (name, fmt, content) == ("overrideRowLimit", Format.XLSX, "whole dashboard")
    assert (verdict(payload(request), DASHBOARD, user_id=user_id) is not None) == needs_tile


@pytest.mark.parametrize(("name", "fmt", "content"), CASES)
def test_options_that_are_not_sent_would_be_rejected(name: str, fmt: Format, content: str) -> None:
    request = asked_for(name, fmt, content)
    if name in names_sent(request) or name == TILE:
        return
    forced = {**payload(request), name: VALUES[name]}
    refusal = verdict(forced, DASHBOARD)
    assert refusal is not None
    assert refusal.field == name


def shown_in(form: Form) -> set[str]:
    """Return the options with visible fields."""
    fields = form.widget.fields
    return {
        field.spec.wire_name
        for field in fields
        if field.display and all(node.display for node in field.ancestors if node is not form.screen.app)
    }


def choose(form: Form, fmt: Format, content: str, values: dict[str, OptionValue]) -> None:
    """Set this in the form, as if the user had chosen it."""
    draft = form.screen._draft
    draft.format, draft.wants_tile = fmt, content == "one tile"
    draft.values = dict(values)
    form.screen._show()


async def test_the_form_shows_options_of_the_format_and_sends_those_that_are_set() -> None:
    """The filters' editors have their own tests: here they are only shown."""
    single = [spec.wire_name for spec in PAGE_OPTIONS if spec.kind is not Kind.FILTERS]
    async with open_form(size=(120, 60)) as form:
        await form.shows("Status")
        for fmt, content in itertools.product(Format, CONTENTS):
            choose(form, fmt, content, {})
            shown = {name for name in VALUES if is_sent(name, fmt, content)}
            assert shown_in(form) == {*shown, "fresh"}, (fmt, content)
            for name in single:
                request = asked_for(name, fmt, content)
                set_ = {**request.values, name: VALUES[name]}
                choose(form, fmt, content, set_)
                form.screen._read()
                asked = form.screen._draft.request(BLOBS)
                sent = {**payload(asked), **query(asked)}
                expected = {other: set_[other] for other in names_sent(request)}
                is_disabled = (name, fmt, content) == ("overrideRowLimit", Format.XLSX, "whole dashboard")
                if is_disabled:  # the form needs a tile
                    sent.pop(TILE, None)
                assert sent == {"format": fmt.value, **expected}, (name, fmt, content)


async def test_options_are_sent_if_shown_and_kept_across_formats() -> None:
    """In one form, set every option, then export in every format: nothing hidden is sent."""
    values = {
        spec.wire_name: VALUES[spec.wire_name] for spec in PAGE_OPTIONS if spec.kind is not Kind.FILTERS
    }
    async with open_form(size=(120, 60)) as form:
        await form.shows("Status")
        choose(form, Format.PDF, "one tile", values)
        for count, fmt in enumerate(Format, start=1):
            form.screen._draft.format = fmt
            form.screen._show()
            await form.press("f5")
            assert len(form.bodies) == count
            sent = form.services.engine.submitted[-1].request
            assert {**payload(sent), **query(sent)} == {
                "format": fmt.value,
                **{name: value for name, value in values.items() if is_sent(name, fmt, "one tile")},
            }

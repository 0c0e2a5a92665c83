"""For any options, command line, form and rules request the same, and the server's rules agree."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.commands.download.args import read_plan
from omni_tui.commands.download.flags.option_flags import NAME, flag_of, out_of_place
from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.options.filters.editing import config, edit_of, edit_problem, operators, read_filters
from omni_tui.options.filters.text_syntax import parse, text_of
from omni_tui.options.filters.types import Condition, Filter, FilterType, ValueCount
from omni_tui.options.rules import applicable, payload, query
from omni_tui.options.spec import ExportRequest, Format, Kind, Problem
from omni_tui.options.table import BY_NAME
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import TILE
from tests.examples import examples
from tests.options.reasons import problems_from_reason
from tests.options.test_agreement import SERVER_ORDER, VARIED, asked_of_a_dashboard, first_error_field

TYPES: Mapping[Kind, type] = {Kind.SWITCH: bool, Kind.INTEGER: int, Kind.FILTERS: dict}


def that_can_be_typed(asked: ExportRequest) -> ExportRequest:
    """Without values of other types than the option's, which no flag or field can hold."""
    typed = {
        name: value
        for name, value in asked.values.items()
        if type(value) is TYPES.get(BY_NAME[name].kind, str)
    }
    return ExportRequest(asked.dashboard_id, asked.format, typed)


def flags_for(asked: ExportRequest) -> list[str]:
    """Return the command line for these options."""
    flags = [asked.dashboard_id, "--format", asked.format.value]
    for name, value in asked.values.items():
        flag = flag_of(name)
        if isinstance(value, bool):
            flags.append(flag if value else f"--no-{flag.removeprefix('--')}")
        else:
            flags.append(f"{flag}={json.dumps(value) if isinstance(value, dict) else value}")
    return flags


def read_from(flags: list[str]) -> ExportRequest:
    """Return the request of the command line; a file name without braces is its own template."""
    plan = read_plan(flags)
    name = {} if plan.name is None else {NAME: plan.name}
    return ExportRequest(*plan.dashboard_ids, plan.format, {**plan.values, **name})


def drafted(asked: ExportRequest) -> Draft:
    """Return the form's state after these options were set."""
    draft = Draft([Document(asked.dashboard_id, "A dashboard")])
    draft.format, draft.wants_tile = asked.format, TILE.wire_name in asked.values
    for name, value in asked.values.items():
        draft.set(name, value)
    return draft


def is_for_the_disk_alone(problem: Problem, asked: ExportRequest) -> bool:
    """Return whether the server accepts this name although no file can have it."""
    name = str(asked.values.get(NAME, ""))
    return problem.field == NAME and 0 < len(name) <= (BY_NAME[NAME].maximum or 0)


@given(asked_of_a_dashboard)
@examples(600)
def test_command_line_and_form_send_the_same_and_the_server_agrees(
    asked_of: tuple[Dashboard, ExportRequest],
) -> None:
    dashboard, asked = asked_of
    asked = that_can_be_typed(asked)
    typed = read_from(flags_for(asked))
    assert typed == asked
    fitting = {spec.wire_name for spec in applicable(asked.format)}
    refused_flags = {problem.field for problem in out_of_place(typed.format, typed.values)}
    assert refused_flags == asked.values.keys() - fitting

    draft = drafted(asked)
    fields = [problem.field for problem in draft.errors if not is_for_the_disk_alone(problem, asked)]
    expected = first_error_field(asked, may_run_as=True)
    assert min(fields, key=SERVER_ORDER.index, default=None) == expected

    request = draft.request(draft.documents[0])
    refused = verdict(payload(typed), dashboard, user_id=query(typed).get("userId"))
    assert (problems_from_reason(refused.message)[0].field if refused else None) == expected
    if expected is None:
        assert (payload(request), query(request)) == (payload(typed), query(typed))


# filters, edited

_DAYS = ("2026-01-01", "2026-02-01")
_DATES = {"past": ("6 months",), "span": ("6 months", "1 year ago")}


def conditions_for(filter: Filter) -> st.SearchStrategy[Condition]:
    """Yield each operator of the filter, with valid values."""
    return st.sampled_from(operators(filter)).flatmap(
        lambda operator: st.builds(
            Condition,
            st.just(operator.key),
            _values(filter, operator.key, operator.value_count),
            _ignores_case(filter, operator.value_count),
        )
    )


def _ignores_case(filter: Filter, count: ValueCount) -> st.SearchStrategy[bool]:
    """Either case mode for texts; otherwise the filter's own."""
    if filter.type is FilterType.TEXT and count is not ValueCount.NONE:
        return st.booleans()
    own = edit_of(filter)
    return st.just(isinstance(own, Condition) and own.ignores_case)


def _values(filter: Filter, operator: str, count: ValueCount) -> st.SearchStrategy[tuple[str, ...]]:
    if count is ValueCount.NONE:
        return st.just(())
    if filter.type is FilterType.DATE:
        found = _DATES.get(operator.removeprefix("not "), _DAYS[: 2 if count is ValueCount.TWO else 1])
        return st.just(found)
    if filter.type is FilterType.NUMBER:
        return st.just(("-1.5", "20")[: 1 if count is ValueCount.ONE else 2])
    texts = st.sampled_from(["complete", "a, b", "not", "*", "é“"])
    return st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def edited_filters(draw: st.DrawFn) -> tuple[Dashboard, tuple[Filter, ...], dict[str, Condition]]:
    """A dashboard, its filters, and some of them edited."""
    dashboard = draw(st.sampled_from(VARIED))
    filters = read_filters(filters_of(dashboard), list(filters_of(dashboard)))
    known = [filter for filter in filters if filter.type is not FilterType.OTHER]
    chosen = draw(st.lists(st.sampled_from(known), unique_by=lambda each: each.id)) if known else []
    return dashboard, filters, {each.id: draw(conditions_for(each)) for each in chosen}


@given(edited_filters(), st.sampled_from(Format))
@examples(200)
def test_the_server_rejects_exactly_the_edited_filters_that_the_editor_rejects(
    edited: tuple[Dashboard, tuple[Filter, ...], dict[str, Condition]], fmt: Format
) -> None:
    dashboard, filters, edits = edited
    sent = config(filters, edits)
    values = {} if sent is None else {"filterConfig": sent}
    body = payload(ExportRequest(dashboard.identifier, fmt, {TILE.wire_name: "1", **values}))
    mistakes = [
        filter.id for filter in filters if edit_problem(filter, edits.get(filter.id) or edit_of(filter))
    ]
    refused = verdict(body, dashboard)
    assert (refused is not None) == (sent is not None and bool(mistakes))
    if refused is not None:
        assert problems_from_reason(refused.message)[0].field == "filterConfig"
        assert all(id_ in refused.message for id_ in mistakes)


@given(edited_filters())
@examples(150)
def test_the_text_of_an_edited_filter_means_the_same_on_the_command_line(
    edited: tuple[Dashboard, tuple[Filter, ...], dict[str, Condition]],
) -> None:
    _, filters, edits = edited
    by_id = {filter.id: filter for filter in filters}
    typed = {id_: parse(by_id[id_], text_of(by_id[id_], edit)) for id_, edit in edits.items()}
    assert config(filters, typed) == config(filters, edits)

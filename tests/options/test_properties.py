"""What holds for any request, whatever its values are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from omni_tui.options.rules import applicable, file_extension, payload, problems, query
from omni_tui.options.spec import ExportRequest, Place, Problem, Severity
from omni_tui.options.table import BY_NAME, OPTIONS
from omni_tui.options.validators import plain_json
from tests.examples import examples
from tests.options.body_schema import body_schemas
from tests.options.strategies import good_requests, junk_requests, mixed_requests

any_request = st.one_of(good_requests, mixed_requests, junk_requests)


def errors(asked: ExportRequest, *, may_run_as: bool = True) -> list[Problem]:
    found = problems(asked, may_run_as=may_run_as)
    return [problem for problem in found if problem.severity is Severity.ERROR]


def with_fix(asked: ExportRequest, problem: Problem) -> ExportRequest:
    """The request after the offered fix was taken, as the form takes it."""
    assert problem.fix is not None
    values = {**asked.values, **problem.fix.changes}
    return ExportRequest(
        asked.dashboard_id, asked.format, {name: value for name, value in values.items() if value is not None}
    )


@given(good_requests | mixed_requests)
@examples(200)
def test_the_payload_is_what_applies_and_was_set(asked: ExportRequest) -> None:
    in_body = [spec.wire_name for spec in applicable(asked.format) if spec.place is Place.BODY]
    expected = {name: asked.values[name] for name in in_body if name in asked.values}
    assert payload(asked) == {"format": asked.format.value, **expected}
    assert list(payload(asked)) == ["format", *expected]
    assert query(asked) == {name: asked.values[name] for name in ("userId",) if name in asked.values}


@pytest.mark.parametrize("schema", body_schemas(), ids=["page", "spec"][: len(body_schemas())])
@given(asked=good_requests | mixed_requests)
@examples(200)
def test_what_holds_no_error_is_valid_on_the_wire(schema: dict[str, Any], asked: ExportRequest) -> None:
    if not errors(asked):
        body = payload(asked)
        Draft202012Validator(schema).validate(body)
        assert json.loads(json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")) == body


@given(good_requests)
def test_good_values_are_never_called_wrong(asked: ExportRequest) -> None:
    """Only a tile can be missing: nothing else of a request of good values is an error."""
    assert {problem.field for problem in errors(asked)} <= {"queryIdentifierMapKey"}


@given(any_request, st.booleans())
@examples(200)
def test_problems_never_raise_and_are_in_table_order_with_an_address(
    asked: ExportRequest, may_run_as: bool
) -> None:
    found = problems(asked, may_run_as=may_run_as)
    places = [spec.wire_name for spec in OPTIONS]
    order = [places.index(problem.field) for problem in found if problem.field]
    assert order == sorted(order)
    for problem in found:
        assert problem.field == "" or BY_NAME[problem.field] in applicable(asked.format)
        assert problem.message.endswith(".")
        assert problem.fix is None or problem.fix.changes.keys() <= {*BY_NAME, *asked.values}
    assert len({problem.field for problem in errors(asked) if problem.field}) == len(
        [problem for problem in errors(asked) if problem.field]
    )


@given(any_request)
@examples(200)
def test_what_holds_no_error_can_always_be_sent(asked: ExportRequest) -> None:
    if not errors(asked):
        json.dumps(payload(asked), ensure_ascii=False, allow_nan=False).encode("utf-8")
        assert all(value.encode("utf-8") for value in query(asked).values())
    assert file_extension(asked) in {asked.format.value, "zip"}


@given(any_request, st.booleans())
@examples(200)
def test_taking_an_offered_fix_removes_its_problem(asked: ExportRequest, may_run_as: bool) -> None:
    before = {problem.field for problem in errors(asked, may_run_as=may_run_as)}
    for problem in problems(asked, may_run_as=may_run_as):
        if problem.fix is not None and problem.fix.changes:
            mended = with_fix(asked, problem)
            assert problem not in problems(mended, may_run_as=may_run_as)
            assert {error.field for error in errors(mended, may_run_as=may_run_as)} <= before, "no new error"


@given(any_request)
def test_a_format_hides_what_it_does_not_have(asked: ExportRequest) -> None:
    """Values of other formats change neither what is sent nor what is said."""
    applies = {spec.wire_name for spec in applicable(asked.format)}
    shown = {name: value for name, value in asked.values.items() if name in applies or name not in BY_NAME}
    stripped = ExportRequest(asked.dashboard_id, asked.format, shown)
    assert problems(stripped) == problems(asked)
    if not errors(asked):
        assert payload(stripped) == payload(asked)


def test_values_that_json_lacks_are_rejected_before_sending() -> None:
    circle: dict[str, Any] = {}
    circle["self"] = circle
    for value in (
        float("nan"),
        float("inf"),
        "\ud800",
        {1: "a"},
        b"bytes",
        {1, 2},
        circle,
        [object()],
        10**5000,
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the kind is the contract
            plain_json(value)
    assert plain_json({"a": (1, [2.5, None, {"b": True}])}) == {"a": [1, [2.5, None, {"b": True}]]}

"""A server's reasons land under the field that they are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.refusals import problem_from_reason
from omni_tui.options.spec import Fix, Severity
from omni_tui.options.table import BY_NAME, OPTIONS


@pytest.mark.parametrize(
    ("reason", "field", "fix_label"),
    [
        ("hideTitle can only be used with PDF or PNG formats", "hideTitle", "leave it out"),
        ("Print options are not supported for this format", "paperFormat", "leave the paper out"),
        (
            "Single column layout and table expansion options are not supported for FIT_PAGE format.",
            "paperFormat",
            "use letter",
        ),
        (
            "Invalid filter keys found in schedule configuration: hideTitle. Available dashboard filter keys "
            "are: A, B.",
            "filterConfig",
            "choose among the dashboard's filters",
        ),
        ("Document does not have a dashboard", "", None),
        ("Bad Request: queryIdentifierMapKey: Required", "queryIdentifierMapKey", "choose a tile"),
        ("maxRowLimit: Number must be less than 1000000", "maxRowLimit", "back to the server's default"),
        ("body.filename: too long", "filename", "back to the dashboard's name"),
        ("filterConfig.orders.status: Expected object", "filterConfig", "back to the dashboard's own"),
        ("filterConfig[0].kind: unknown", "filterConfig", "back to the dashboard's own"),
        ("The userId parameter requires an organization key", "userId", "back to myself"),
        (
            "queryIdentifierMapKey is required when overrideRowLimit is true",
            "queryIdentifierMapKey",
            "choose a tile",
        ),
        ("Bad Request: prompt: Required", "", None),
        ("format: Invalid enum value", "", None),
        ("Something is wrong", "", None),
    ],
)
def test_a_reason_finds_its_field(reason: str, field: str, fix_label: str | None) -> None:
    problem = problem_from_reason(reason)
    assert (problem.field, problem.severity) == (field, Severity.ERROR)
    assert (problem.fix.label if problem.fix else None) == fix_label


def test_the_servers_words_are_quoted_without_what_the_field_already_says() -> None:
    assert problem_from_reason("Bad Request: filename: Too long").message == "The server says: Too long"
    assert problem_from_reason("Bad Request: prompt: Required").message == "The server says: prompt: Required"


def test_a_refusal_of_fit_page_offers_letter() -> None:
    reason = "Single column layout and table expansion options are not supported for FIT_PAGE format."
    assert problem_from_reason(reason).fix == Fix("use letter", {"paperFormat": "letter"})


@pytest.mark.parametrize("reason", ["", "  ", "Bad Request:", "bad request: \n"])
def test_a_refusal_without_a_reason_still_says_something(reason: str) -> None:
    problem = problem_from_reason(reason)
    assert problem.field == ""
    assert problem.message == "The server refused the options and did not say why."


@pytest.mark.parametrize("name", [spec.wire_name for spec in OPTIONS])
def test_every_option_can_be_named(name: str) -> None:
    for reason in (f"{name}: odd", f"Bad Request: {name}: odd", f"The value of '{name}' is odd."):
        assert problem_from_reason(reason).field == name


@given(st.text(max_size=300) | st.from_regex(r"(Bad Request: )?\w+[.:\[\] ]+.*"))
def test_any_text_gives_a_problem_with_an_address_that_exists(reason: str) -> None:
    problem = problem_from_reason(reason)
    assert problem.field == "" or problem.field in BY_NAME
    assert problem.message


def test_a_long_hostile_reason_is_read_in_no_time() -> None:
    """Would run for minutes if the patterns tried every split of the word."""
    assert problem_from_reason("a" * 200_000).field == ""
    assert problem_from_reason("a." * 100_000).field == ""

"""A server's reasons land under the field that they are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.server_errors import TILE_IS_GONE, problems_from_faults, quoted
from omni_tui.options.spec import Fix, Problem, Severity
from omni_tui.options.table import BY_NAME, OPTIONS
from tests.options.reasons import problems_from_reason


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
            "choose from the dashboard's filters",
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
    problem = problems_from_reason(reason)[0]
    assert (problem.field, problem.severity) == (field, Severity.ERROR)
    assert (problem.fix.label if problem.fix else None) == fix_label


def test_the_servers_words_are_quoted_without_what_the_field_already_says() -> None:
    assert problems_from_reason("Bad Request: filename: Too long")[0].message == "The server says: Too long"
    assert (
        problems_from_reason("Bad Request: prompt: Required")[0].message
        == "The server says: prompt: Required"
    )


def test_a_rejection_of_fit_page_suggests_letter() -> None:
    reason = "Single column layout and table expansion options are not supported for FIT_PAGE format."
    assert problems_from_reason(reason)[0].fix == Fix("use letter", {"paperFormat": "letter"})


@pytest.mark.parametrize("reason", ["", "  ", "Bad Request:", "bad request: \n"])
def test_a_rejection_without_a_reason_has_a_message(reason: str) -> None:
    problem = problems_from_reason(reason)[0]
    assert problem.field == ""
    assert problem.message == "The server rejected the options and gave no reason."


@pytest.mark.parametrize("name", [spec.wire_name for spec in OPTIONS])
def test_every_option_can_be_named(name: str) -> None:
    for reason in (f"{name}: odd", f"Bad Request: {name}: odd", f"The value of '{name}' is odd."):
        assert problems_from_reason(reason)[0].field == name


@given(st.text(max_size=300) | st.from_regex(r"(Bad Request: )?\w+[.:\[\] ]+.*"))
def test_any_text_gives_a_problem_with_an_address_that_exists(reason: str) -> None:
    problem = problems_from_reason(reason)[0]
    assert problem.field == "" or problem.field in BY_NAME
    assert problem.message


def test_a_long_hostile_reason_is_read_in_no_time() -> None:
    """Would run for minutes if the patterns tried every split of the word."""
    assert problems_from_reason("a" * 200_000)[0].field == ""
    assert problems_from_reason("a." * 100_000)[0].field == ""


def addresses(reason: str, *filter_ids: str) -> list[tuple[str, str]]:
    """Field and part of each problem, in order."""
    return [(problem.field, problem.part) for problem in problems_from_reason(reason, filter_ids)]


@pytest.mark.parametrize(
    ("reason", "fields"),
    [
        ("body.filename: too long; queryIdentifierMapKey: Required", ["filename", "queryIdentifierMapKey"]),
        ("Bad Request: filename: too long\nmaxRowLimit: Expected number", ["filename", "maxRowLimit"]),
        ("filename: too long, maxRowLimit: Expected number", ["filename", "maxRowLimit"]),
        ("filename: too long. query.userId: Required", ["filename", "userId"]),
        ("Bad Request: filename: a; Bad Request: hideTitle: b", ["filename", "hideTitle"]),
        (
            "hideTitle can only be used with PDF or PNG formats; Print options are not supported here",
            ["hideTitle", "paperFormat"],
        ),
        (
            'Validation error: Too long at "filename"; Required at "queryIdentifierMapKey"',
            ["filename", "queryIdentifierMapKey"],
        ),
        ("filename: too long; prompt: Required", ["filename", ""]),
        ("filename: too long; Something is wrong", ["filename", ""]),
        ("filename: must not hold ; or : or ,", ["filename"]),
        ("filename: too long; by far", ["filename"]),
        ("filename: too long; filename: too long", ["filename"]),
        ("filename: too long; filename: odd", ["filename", "filename"]),
        ("paperFormat: Expected 'letter' | 'a4', received 'a5'", ["paperFormat"]),
        ("; ; filename: x", ["filename"]),
    ],
)
def test_each_reason_of_several_finds_its_field(reason: str, fields: list[str]) -> None:
    assert [field for field, _ in addresses(reason)] == fields


def test_each_of_several_has_its_own_words_and_its_own_way_out() -> None:
    first, second = problems_from_reason("body.filename: Too long; queryIdentifierMapKey: Required")
    assert (first.message, second.message) == ("The server says: Too long", "The server says: Required")
    assert first.fix == Fix("back to the dashboard's name", {"filename": None})
    assert second.fix == Fix("choose a tile")


@pytest.mark.parametrize(
    "reason",
    [
        "Bad Request: queryIdentifierMapKey: No query with this key in the dashboard",
        "queryIdentifierMapKey: Not found",
        "queryIdentifierMapKey: Invalid key '7'",
        "No query with this key in the dashboard",
        "Query not found",
        "The tile 7 does not exist",
    ],
)
def test_a_deleted_tile_has_our_own_message(reason: str) -> None:
    expected = Problem("queryIdentifierMapKey", Severity.ERROR, TILE_IS_GONE, Fix("choose a tile"))
    assert problems_from_reason(reason) == [expected]


@pytest.mark.parametrize("reason", ["queryIdentifierMapKey: Required", "Query parameter foo not found"])
def test_other_reasons_are_not_a_missing_tile(reason: str) -> None:
    assert TILE_IS_GONE not in problems_from_reason(reason)[0].message


@pytest.mark.parametrize(
    "reason",
    [
        "Bad Request: userId: User not found",
        "userId: Invalid UUID format",
        "User not found",
        "Membership 12ab was not found in this organization",
        "Only valid when authenticating with an organization API key",
    ],
)
def test_a_rejected_user_is_shown_under_run_as(reason: str) -> None:
    (problem,) = problems_from_reason(reason)
    assert (problem.field, problem.fix) == ("userId", Fix("back to myself", {"userId": None}))


UNKNOWN = (
    "Bad Request: Invalid filter keys found in schedule configuration: {}. "
    "Available dashboard filter keys are: {}."
)


def test_an_unknown_filter_is_reported_with_the_existing_ones() -> None:
    (problem,) = problems_from_reason(UNKNOWN.format("orders.old", "orders.status, Zx9, hideTitle"))
    assert (problem.field, problem.part) == ("filterConfig", "orders.old")
    assert problem.message == (
        "This dashboard has no filter “orders.old”. It has orders.status, Zx9, hideTitle."
    )
    assert problem.fix == Fix("choose from the dashboard's filters")


def test_several_unknown_filters_are_reported_together() -> None:
    (problem,) = problems_from_reason(UNKNOWN.format("a.b, c", ""))
    assert (problem.part, problem.message) == (
        "",
        "This dashboard has no filters “a.b” and “c”. It has none.",
    )


def test_an_id_with_a_comma_in_it_is_known_when_it_was_sent() -> None:
    reason = UNKNOWN.format("a, b", "c")
    assert addresses(reason) == [("filterConfig", "")]
    assert addresses(reason, "a, b") == [("filterConfig", "a, b")]


def test_a_long_list_of_filters_is_cut_also_where_the_server_or_we_cut_it() -> None:
    many = [f"f{number}" for number in range(20)]
    assert problems_from_reason(UNKNOWN.format("x", ", ".join(many)))[0].message.endswith(
        "f6, f7 and 12 more."
    )
    cut = "Invalid filter keys found: x. Available dashboard filter keys are: a, b, orders.sta…"
    assert problems_from_reason(cut)[0].message.endswith("It has a, b and more.")


@pytest.mark.parametrize(
    ("reason", "part", "words"),
    [
        ("filterConfig.orders.status: Expected object", "orders.status", "Expected object"),
        ("filterConfig.orders.status.values: Required", "orders.status", "values: Required"),
        ("filterConfig.orders.status.values.0: Required", "orders.status", "values.0: Required"),
        ('filterConfig["orders.status"].kind: Odd', "orders.status", "kind: Odd"),
        ("filterConfig.orders.statuses: Odd", "orders", "statuses: Odd"),
        ("filterConfig.unknown.id: Odd", "", "unknown.id: Odd"),
        ("filterConfig: Odd", "", "Odd"),
    ],
)
def test_a_reason_about_one_filter_names_it(reason: str, part: str, words: str) -> None:
    (problem,) = problems_from_reason(reason, ["orders", "orders.status"])
    assert (problem.field, problem.part, problem.message) == (
        "filterConfig",
        part,
        f"The server says: {words}",
    )


def test_no_part_is_guessed_when_nothing_was_sent() -> None:
    assert addresses("filterConfig.orders.status: Expected object") == [("filterConfig", "")]


@given(st.lists(st.sampled_from(sorted(BY_NAME)), min_size=1, max_size=5, unique=True))
def test_several_fields_in_a_reason_are_separated(names: list[str]) -> None:
    reason = "; ".join(f"{name}: odd {number}" for number, name in enumerate(names))
    assert [field for field, _ in addresses(reason)] == names


@given(st.text(max_size=300) | st.from_regex(r"(\w+[.:;,\[\] ]+){1,9}"), st.lists(st.text(max_size=9)))
def test_any_text_gives_problems_with_addresses_that_exist(reason: str, filter_ids: list[str]) -> None:
    problems = problems_from_reason(reason, filter_ids)
    assert problems
    for problem in problems:
        assert problem.field == "" or problem.field in BY_NAME
        assert problem.message


@pytest.mark.parametrize(
    "part", ["; ", ", ", "a; ", "filename: x; ", "user not ", "Invalid filter keys found "]
)
def test_a_long_hostile_list_is_read_in_no_time(part: str) -> None:
    assert problems_from_reason(part * 50_000)


def test_a_long_reason_is_cut_where_it_is_quoted() -> None:
    assert len(quoted("Bad Request: " + "word " * 1000)) < 500
    assert quoted("Bad Request: filename: x") == "The server says: filename: x"


# faults with a path, as the server sent them


@pytest.mark.parametrize(
    ("path", "text", "field", "part", "words"),
    [
        (("filename",), "Too long", "filename", "", "Too long"),
        (("filename",), "Use a; userId: b, or c", "filename", "", "Use a; userId: b, or c"),
        (("query", "userId"), "Odd", "userId", "", "Odd"),
        (("filterConfig", "a.b: c", "kind"), "Odd", "filterConfig", "a.b: c", "kind: Odd"),
        (("filterConfig", "orders.status"), "Odd", "filterConfig", "orders.status", "Odd"),
        (("filterConfig", "orders", "status"), "Odd", "filterConfig", "orders", "status: Odd"),
        (("filterConfig", "new", "kind"), "Odd", "filterConfig", "", "new.kind: Odd"),
        (("filterConfig.orders.status",), "Odd", "filterConfig", "orders.status", "Odd"),
        (("format",), "Odd", "", "", "format: Odd"),
        ((), "filename: Too long", "filename", "", "Too long"),
    ],
)
def test_a_path_is_taken_as_the_server_sent_it(
    path: tuple[str, ...], text: str, field: str, part: str, words: str
) -> None:
    filter_ids = ["orders", "orders.status", "a.b: c"]
    (problem,) = problems_from_faults([(path, text)], filter_ids)
    assert (problem.field, problem.part, problem.message) == (field, part, f"The server says: {words}")


def test_faults_without_text_still_say_something() -> None:
    assert problems_from_faults([])[0].message == problems_from_reason("")[0].message

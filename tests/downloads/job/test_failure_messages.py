"""The messages of failed jobs: who lacks a permission, what is missing, which options are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from omni_tui.api.errors.types import ApiError, TimedOut, error_from_response
from omni_tui.downloads.errors import JobTimedOut, RenderFailed
from omni_tui.downloads.job.failure_messages import RELOAD_LIST, failure_from, kind_of
from omni_tui.downloads.job.models import FailureKind, JobFailure, Order
from omni_tui.errors import OmniTuiError
from omni_tui.options.server_errors import ONLY_AS_OWNER, TILE_IS_GONE, UNKNOWN_TILE_KEY, UNKNOWN_USER
from omni_tui.options.spec import ExportRequest, Fix, Format, OptionValue, Problem, Severity

START = "/api/v1/dashboards/12db1a0a/download"
ADA = "9e8719d9-276a-4964-9395-a493189a247c"
ISSUES = [
    {"code": "too_big", "path": ["filename"], "message": "Too long"},
    {"code": "invalid_type", "path": ["filterConfig", "orders.status", "values"], "message": "Required"},
]


def answer(status: int, body: Any = None, path: str = START) -> ApiError:
    content = json.dumps(body or {}).encode()
    return error_from_response(status, {"content-type": "application/json"}, content, path=path)


def order(run_as: str = "", **values: OptionValue) -> Order:
    return Order(ExportRequest("12db1a0a", Format.PDF, values), "Sales", Path("/exports"), run_as=run_as)


def failure(error: BaseException, run_as: str = "", **values: OptionValue) -> JobFailure:
    return failure_from(error, order(run_as, **values))


# 400


def test_one_rejected_option() -> None:
    failed = failure(answer(400, {"message": "Bad Request: filename: Too long"}), filename="x")
    assert (failed.field, failed.kind) == ("filename", FailureKind.REJECTED)
    assert failed.message == "The server says: Too long"
    assert failed.hint == "Suggested fix: back to the dashboard's name."
    assert failed.form_problems == failed.problems
    assert failed.problems[0].fix == Fix("back to the dashboard's name", {"filename": None})


@pytest.mark.parametrize("body", [{"issues": ISSUES}, {"message": json.dumps(ISSUES)}, {"errors": ISSUES}])
@pytest.mark.parametrize("status", [400, 422])
def test_several_rejected_options_each_with_its_field(body: Any, status: int) -> None:
    filters = {"orders": {}, "orders.status": {}}
    failed = failure(answer(status, body), filename="x", filterConfig=filters)
    assert [(each.field, each.part) for each in failed.form_problems] == [
        ("filename", ""),
        ("filterConfig", "orders.status"),
    ]
    assert failed.field == ""
    assert failed.message == (
        "The server says: filename: Too long; filterConfig.orders.status.values: Required"
    )
    assert failed.hint == "Check: Name, Filters."


def test_several_about_one_option_keep_its_field() -> None:
    failed = failure(answer(400, {"message": "filename: Too long; filename: Odd"}))
    assert (failed.field, len(failed.problems)) == ("filename", 2)


def test_a_rejected_user_appears_under_run_as() -> None:
    failed = failure(answer(400, {"message": "Bad Request: userId: User not found"}), "Ada", userId=ADA)
    assert failed.field == "userId"
    assert failed.problems[0].fix == Fix("back to myself", {"userId": None})


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("reason", ["No query with this key in the dashboard", "Query not found"])
def test_a_missing_tile_appears_under_the_tile(status: int, reason: str) -> None:
    failed = failure(answer(status, {"message": reason}), queryIdentifierMapKey="7")
    assert (failed.field, failed.message) == ("queryIdentifierMapKey", TILE_IS_GONE)
    assert failed.problems[0].fix == Fix("choose a tile")


def test_a_404_is_about_a_tile_only_if_the_order_has_one() -> None:
    failed = failure(answer(404, {"message": "Query not found"}))
    assert failed.field == ""
    assert "This dashboard was deleted" in failed.message


# 403


def test_a_403_says_that_the_keys_owner_has_no_permission() -> None:
    failed = failure(answer(403, {"message": "Insufficient permissions"}))
    assert failed.message == (
        "The API key's owner has no permission to view or download this dashboard. "
        "The server says: Insufficient permissions"
    )
    assert (failed.field, failed.kind) == ("", FailureKind.FORBIDDEN)
    assert "Ask the dashboard's owner" in failed.hint
    (problem,) = failed.form_problems
    assert problem == Problem("", Severity.ERROR, f"{failed.message}. {failed.hint}")


@pytest.mark.parametrize(
    ("run_as", "name"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("", f"User {ADA}"),
        (" \n", f"User {ADA}"),
        ("é" * 99, "é" * 59 + "…"),
    ],
)
def test_a_403_says_that_the_run_as_user_has_no_permission(run_as: str, name: str) -> None:
    failed = failure(answer(403), run_as, userId=ADA)
    assert failed.message == f"{name} has no permission to view or download this dashboard."
    assert failed.field == "userId"
    assert failed.hint.startswith("Choose another user, or ask the dashboard's owner")
    assert failed.problems[0].fix == Fix("back to myself", {"userId": None})


def test_a_403_about_the_kind_of_key_appears_under_run_as() -> None:
    failed = failure(answer(403, {"message": "An organization API key is needed"}), "Ada", userId=ADA)
    assert (failed.field, failed.message) == (
        "userId",
        "The server says: An organization API key is needed",
    )


@pytest.mark.parametrize("user_id", [ADA, "tile; filename: no query", "x" * 300])
@pytest.mark.parametrize("body", ["detail", "envelope"])
def test_an_unknown_user_appears_under_run_as(user_id: str, body: str) -> None:
    words = f"User with id {user_id} does not exist"
    shape = (
        {"detail": words, "status": 404} if body == "detail" else {"error": {"code": 404, "message": words}}
    )
    failed = failure(answer(404, shape), userId=user_id)
    assert (failed.field, failed.message) == ("userId", UNKNOWN_USER)
    assert [each.field for each in failed.form_problems] == ["userId"]
    assert "dashboard" not in f"{failed.message} {failed.hint}"


def test_another_users_id_with_a_personal_token_appears_under_run_as() -> None:
    words = "User-scoped API keys can only be used to act on behalf of the authenticated user."
    failed = failure(answer(403, {"error": {"code": 403, "message": words}}), "Ada", userId=ADA)
    assert (failed.field, failed.message, failed.kind) == ("userId", ONLY_AS_OWNER, FailureKind.FORBIDDEN)
    assert failed.problems[0].fix == Fix("back to myself", {"userId": None})


@pytest.mark.parametrize("key", ["7", "orders; filename: x", "x" * 300, "user with id 3 does not exist"])
@pytest.mark.parametrize("status", [200, 400, 404, 410])
def test_an_unknown_tile_key_appears_under_the_tile(key: str, status: int) -> None:
    words = f"Couldn't find query presentation for key: {key}"
    error = (
        RenderFailed(words) if status in (200, 410) else answer(status, {"detail": words, "status": status})
    )
    failed = failure(error, queryIdentifierMapKey=key)
    assert (failed.field, failed.message) == ("queryIdentifierMapKey", UNKNOWN_TILE_KEY)


def test_a_render_that_failed_for_another_reason_is_not_about_the_tile() -> None:
    failed = failure(
        RenderFailed("Tile query failed: table orders does not exist"), queryIdentifierMapKey="7"
    )
    assert failed.field == ""
    assert "table orders does not exist" in failed.message


# 404


@pytest.mark.parametrize(
    ("run_as", "values", "who"),
    [("", {}, "the API key's owner"), ("Ada Lovelace", {"userId": ADA}, "Ada Lovelace")],
)
def test_a_missing_dashboard(run_as: str, values: dict[str, OptionValue], who: str) -> None:
    failed = failure(answer(404, {"message": "Dashboard not found"}), run_as, **values)
    assert failed.message == f"This dashboard was deleted, or {who} has no access to it."
    assert failed.hint == "Check the ID."
    assert failed.form_problems == (Problem("", Severity.ERROR, failed.message, RELOAD_LIST),)
    assert (failed.field, failed.kind) == ("", FailureKind.NOT_FOUND)


def test_an_unknown_job_is_not_a_missing_dashboard() -> None:
    failed = failure(answer(404, {"message": "Download job not found"}, f"{START}/job-1/status"))
    assert "no record of this export" in failed.message


# all else


def test_other_failures_keep_their_words() -> None:
    failed = failure(answer(503))
    assert (failed.kind, failed.field, failed.problems) == (FailureKind.SERVER_FAILED, "", ())
    assert failed.form_problems == (Problem("", Severity.ERROR, f"{failed.message} {failed.hint}"),)


def test_an_internal_error_shows_only_its_class(caplog: pytest.LogCaptureFixture) -> None:
    failed = failure(ZeroDivisionError("secret-token"))
    assert "secret-token" not in f"{failed}"
    assert failed.kind == FailureKind.INTERNAL
    assert "unexpectedly" in caplog.text


def test_a_failure_without_a_reason_has_a_message_for_the_form() -> None:
    assert JobFailure("It failed.", field="filename").form_problems == (
        Problem("filename", Severity.ERROR, "It failed."),
    )


def test_every_error_of_a_job_has_a_kind_and_a_bug_is_internal() -> None:
    assert kind_of(TimedOut("No answer.")) is FailureKind.NOT_REACHED
    assert kind_of(JobTimedOut("Too late.")) is FailureKind.TIMED_OUT
    assert kind_of(OmniTuiError("It failed.")) is FailureKind.OTHER
    assert kind_of(KeyError("bug")) is FailureKind.INTERNAL


def test_a_fault_reaches_its_filter_by_its_path_and_not_by_its_text() -> None:
    """The ID contains a colon, a dot and a semicolon, so its end can't be found in a text."""
    id_ = "orders.a: b; filename"
    issues = [{"path": ["filterConfig", id_, "values"], "message": "Use one; hideTitle: no"}]
    failed = failure(answer(400, {"issues": issues}), filterConfig={id_: {}, "orders": {}})
    (problem,) = failed.problems
    assert (problem.field, problem.part) == ("filterConfig", id_)
    assert problem.message == "The server says: values: Use one; hideTitle: no"

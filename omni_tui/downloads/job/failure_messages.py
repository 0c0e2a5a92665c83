"""Why a job failed, as a message: who lacks a permission, what is missing, which option is wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from omni_tui.api.errors.types import (
    ASK_THE_OWNER,
    ApiError,
    Forbidden,
    NotFound,
    NotOmni,
    NotReached,
    Rejected,
    ServerFailed,
    TooManyRequests,
    Unauthorized,
)
from omni_tui.downloads.errors import (
    FileGone,
    FileSaveError,
    JobTimedOut,
    RenderFailed,
    SetAside,
    WrongFile,
    one_line,
)
from omni_tui.downloads.job.models import FailureKind, JobFailure, Order
from omni_tui.errors import OmniTuiError
from omni_tui.formatting import sentences
from omni_tui.options.server_errors import known_problem, problems_from_faults, quoted
from omni_tui.options.spec import Fix, Kind, Problem, Severity
from omni_tui.options.table import BY_NAME, OPTIONS
from omni_tui.options.validators import leave_out

USER = next(spec for spec in OPTIONS if spec.kind is Kind.USER)
TILE = next(spec for spec in OPTIONS if spec.kind is Kind.TILE)

# The form's fix if a dashboard is missing. It changes no option, and commands have no list to reload.
RELOAD_LIST = Fix("reload the list")
# The HTTP statuses of a server that rejects a request's options.
_REJECTIONS = (400, 422)
_MAX_NAME_CHARACTERS = 60

_KINDS: Mapping[type[OmniTuiError], FailureKind] = {
    NotReached: FailureKind.NOT_REACHED,
    NotOmni: FailureKind.NOT_OMNI,
    ServerFailed: FailureKind.SERVER_FAILED,
    TooManyRequests: FailureKind.RATE_LIMITED,
    Unauthorized: FailureKind.UNAUTHORIZED,
    Rejected: FailureKind.REJECTED,
    Forbidden: FailureKind.FORBIDDEN,
    NotFound: FailureKind.NOT_FOUND,
    RenderFailed: FailureKind.RENDER_FAILED,
    WrongFile: FailureKind.WRONG_FILE,
    FileGone: FailureKind.FILE_GONE,
    FileSaveError: FailureKind.FILE_SAVE_ERROR,
    JobTimedOut: FailureKind.TIMED_OUT,
    SetAside: FailureKind.SET_ASIDE,
    OmniTuiError: FailureKind.OTHER,
}

logger = logging.getLogger(__name__)


def failure_from(error: BaseException, order: Order) -> JobFailure:
    """Return why a job with this order failed; rejected options become problems of these options."""
    kind = kind_of(error)
    match error:
        case Rejected(status=status) if status in _REJECTIONS:
            return _rejected(problems_from_faults(error.faults, _filter_ids(order)), error, kind)
        case Forbidden() | NotFound():
            return _no_access(error, order, kind)
        case RenderFailed() if problem := _problem_in_order([known_problem(error.reason)], order):
            return _rejected([problem], error, kind)
        case OmniTuiError():
            return JobFailure(error.message, error.hint, kind=kind)
    # a bug: log all of it, but show only its class, because its text may contain anything
    logger.error("a job failed unexpectedly", exc_info=error)
    return JobFailure(f"Internal error ({type(error).__name__}).", "Please report it.", kind=kind)


def kind_of(error: BaseException) -> FailureKind:
    """Return the kind of the error's nearest class that has one; INTERNAL for any other exception."""
    return next((_KINDS[each] for each in type(error).__mro__ if each in _KINDS), FailureKind.INTERNAL)


def _rejected(problems: Sequence[Problem], error: ApiError | RenderFailed, kind: FailureKind) -> JobFailure:
    """Return one problem with its own message; several with the server's message and the options' names."""
    first = problems[0]
    if len(problems) == 1:
        hint = f"Suggested fix: {first.fix.label}." if first.fix else error.hint
        return JobFailure(first.message, hint, first.field, kind, (first,))
    fields = list(dict.fromkeys(problem.field for problem in problems))
    labels = [BY_NAME[field].label for field in fields if field]
    hint = f"Check: {', '.join(labels)}." if labels else error.hint
    field = first.field if len(fields) == 1 else ""
    return JobFailure(quoted(error.reason), hint, field, kind, tuple(problems))


def _no_access(error: Forbidden | NotFound, order: Order, kind: FailureKind) -> JobFailure:
    """Return the failure for a 403 or 404 about the order's tile or user, or else its dashboard or job."""
    if problem := _problem_in_order(problems_from_faults(error.faults, _filter_ids(order)), order):
        return _rejected([problem], error, kind)
    if error.is_about_user:
        return JobFailure(error.message, error.hint, USER.wire_name, kind)
    if isinstance(error, Forbidden):
        return _forbidden(error, order, kind)
    if error.is_dashboard:
        message = f"This dashboard was deleted, or {_who(order)} has no access to it."
        problem = Problem("", Severity.ERROR, message, RELOAD_LIST)
        return JobFailure(message, "Check the ID.", kind=kind, problems=(problem,))
    return JobFailure(error.message, error.hint, kind=kind)


def _problem_in_order(found: Sequence[Problem | None], order: Order) -> Problem | None:
    """Return the first problem about the tile or the user of this order, or None."""
    fields = {TILE.wire_name, USER.wire_name} & order.request.values.keys()
    return next((problem for problem in found if problem is not None and problem.field in fields), None)


def _forbidden(error: Forbidden, order: Order, kind: FailureKind) -> JobFailure:
    """Return the failure that names who lacks the permission; with Run as, the fix is to clear it."""
    who = _who(order)
    begin = who if order.run_as.strip() else f"{who[:1].upper()}{who[1:]}"  # names keep their case
    message = f"{begin} has no permission to view or download this dashboard."
    if error.reason:
        message = sentences(message, quoted(error.reason))
    if USER.wire_name not in order.request.values:
        return JobFailure(message, ASK_THE_OWNER, kind=kind)
    hint = f"Choose another user, or ask the dashboard's owner to give {_name(order)} access."
    problem = Problem(USER.wire_name, Severity.ERROR, message, leave_out(USER))
    return JobFailure(message, hint, USER.wire_name, kind, (problem,))


def _who(order: Order) -> str:
    return _name(order) if USER.wire_name in order.request.values else "the API key's owner"


def _name(order: Order) -> str:
    """Return the name of the user that the export runs as; if it isn't known, the ID."""
    user_id = one_line(str(order.request.values.get(USER.wire_name, "")), _MAX_NAME_CHARACTERS)
    return one_line(order.run_as, _MAX_NAME_CHARACTERS) or f"user {user_id}"


def _filter_ids(order: Order) -> list[str]:
    """Return the IDs of the filters that were sent."""
    filters = [order.request.values.get(spec.wire_name) for spec in OPTIONS if spec.kind is Kind.FILTERS]
    return [id_ for each in filters if isinstance(each, Mapping) for id_ in each]

"""What ended a job, in words: whose permission is missing, what is not there, which option is wrong."""

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

# The way out where a dashboard is not there. It sets nothing.
RELOAD_LIST = Fix("reload the list")
# What a server answers to a request whose options it does not take.
_REFUSALS = (400, 422)
_MOST_NAME_CHARACTERS = 60

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
    """What ended a job with this order. A refusal lands under the options that it is about."""
    kind = kind_of(error)
    match error:
        case Rejected(status=status) if status in _REFUSALS:
            return _refused(problems_from_faults(error.faults, _filter_ids(order)), error, kind)
        case Forbidden() | NotFound():
            return _not_given(error, order, kind)
        case RenderFailed() if problem := _asked_for([known_problem(error.reason)], order):
            return _refused([problem], error, kind)
        case OmniTuiError():
            return JobFailure(error.message, error.hint, kind=kind)
    # a mistake of ours: the log has all of it, the screen only its kind, as its text may hold anything
    logger.error("a job failed unexpectedly", exc_info=error)
    return JobFailure(
        f"Something went wrong inside omni-tui ({type(error).__name__}).", "Please report it.", kind=kind
    )


def kind_of(error: BaseException) -> FailureKind:
    """Return the kind of the nearest class above the error that has one; else it is a bug of ours."""
    return next((_KINDS[each] for each in type(error).__mro__ if each in _KINDS), FailureKind.INTERNAL)


def _refused(problems: Sequence[Problem], error: ApiError | RenderFailed, kind: FailureKind) -> JobFailure:
    """One problem in its own words; several in the server's, and which options they are about."""
    first = problems[0]
    if len(problems) == 1:
        hint = f"Suggested fix: {first.fix.label}." if first.fix else error.hint
        return JobFailure(first.message, hint, first.field, kind, (first,))
    fields = list(dict.fromkeys(problem.field for problem in problems))
    labels = [BY_NAME[field].label for field in fields if field]
    hint = f"It is about: {', '.join(labels)}." if labels else error.hint
    field = first.field if len(fields) == 1 else ""
    return JobFailure(quoted(error.reason), hint, field, kind, tuple(problems))


def _not_given(error: Forbidden | NotFound, order: Order, kind: FailureKind) -> JobFailure:
    """A 403 or a 404: of the tile or the user that was asked for, else of the dashboard, else of the job."""
    if problem := _asked_for(problems_from_faults(error.faults, _filter_ids(order)), order):
        return _refused([problem], error, kind)
    if error.is_about_user:
        return JobFailure(error.message, error.hint, USER.wire_name, kind)
    if isinstance(error, Forbidden):
        return _forbidden(error, order, kind)
    if error.is_dashboard:
        message = f"This dashboard is not there any more, or {_who(order)} may not see it."
        problem = Problem("", Severity.ERROR, message, RELOAD_LIST)
        return JobFailure(message, "Check the id, or reload the list.", kind=kind, problems=(problem,))
    return JobFailure(error.message, error.hint, kind=kind)


def _asked_for(found: Sequence[Problem | None], order: Order) -> Problem | None:
    """Return the first problem with the tile or the user that this order asks for, or None."""
    fields = {TILE.wire_name, USER.wire_name} & order.request.values.keys()
    return next((problem for problem in found if problem is not None and problem.field in fields), None)


def _forbidden(error: Forbidden, order: Order, kind: FailureKind) -> JobFailure:
    """Whose permission is missing. Who runs as somebody can run as somebody else."""
    who = _who(order)
    begin = who if order.run_as.strip() else f"{who[:1].upper()}{who[1:]}"  # a name stays as it is written
    message = f"{begin} may not see this dashboard, or not download it."
    if error.reason:
        message = sentences(message, quoted(error.reason))
    if USER.wire_name not in order.request.values:
        return JobFailure(message, ASK_THE_OWNER, kind=kind)
    hint = f"Choose somebody else, or ask the dashboard's owner to let {_name(order)} see it."
    problem = Problem(USER.wire_name, Severity.ERROR, message, leave_out(USER))
    return JobFailure(message, hint, USER.wire_name, kind, (problem,))


def _who(order: Order) -> str:
    return _name(order) if USER.wire_name in order.request.values else "the owner of this key"


def _name(order: Order) -> str:
    """The name of the user that it runs as; where only the id is known, that."""
    user_id = one_line(str(order.request.values.get(USER.wire_name, "")), _MOST_NAME_CHARACTERS)
    return one_line(order.run_as, _MOST_NAME_CHARACTERS) or f"user {user_id}"


def _filter_ids(order: Order) -> list[str]:
    """The filters that were sent."""
    filters = [order.request.values.get(spec.wire_name) for spec in OPTIONS if spec.kind is Kind.FILTERS]
    return [id_ for each in filters if isinstance(each, Mapping) for id_ in each]

"""Our rules against a server that was written from the same page by other hands.

Whatever is asked for: `problems()` holds an error exactly when the server refuses, and then the field that
the server names is the one of ours that comes first in the order in which the server looks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.rules import verdict
from omni_tui.demo.sample_data.demo_users import active_user_ids, organization_users
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Dashboard, Special
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.sample_data.tiles import tiles_of
from omni_tui.demo.server import DemoServer
from omni_tui.options.rules import payload, problems, query
from omni_tui.options.spec import ExportRequest, Format, Kind, OptionSpec, Severity
from omni_tui.options.table import OPTIONS
from tests.examples import examples
from tests.options.body_schema import PAGE_BODY
from tests.options.reasons import problems_from_reason
from tests.options.strategies import good_values, wrong_values

# The server looks at the query before the body, and at the body in the page's order.
SERVER_ORDER = ("userId", *PAGE_BODY["properties"])
DOCUMENTS = SampleDocuments(2000, now=datetime.now(UTC))
ORDINARY = [each for each in DOCUMENTS if each.has_dashboard and each.special is Special.NOTHING]
# without filters, with few and with many; with one tile and with many
VARIED = [
    min(ORDINARY, key=lambda each: each.filter_count),
    max(ORDINARY, key=lambda each: each.filter_count),
    min(ORDINARY, key=lambda each: each.tile_count),
    max(ORDINARY, key=lambda each: each.tile_count),
    next(each for each in DOCUMENTS if each.special is Special.EVERYTHING),
]


def likely_values(spec: OptionSpec, dashboard: Dashboard | None) -> st.SearchStrategy[object]:
    """Values that the server knows, of that dashboard or of any where it is None; and the page's bounds.

    The bounds stand here as numbers: taken from our table, they would agree with it whatever it says.
    """
    match spec.kind:
        case Kind.TILE:
            return st.sampled_from([tile.key for tile in tiles_of(dashboard)] if dashboard else ["1"])
        case Kind.TEXT:
            return st.sampled_from(["Numbers", " ", "é", "n" * 255, "😀" * 255, "n" * 256])
        case Kind.INTEGER:
            return st.sampled_from([1, 500, 1_000_000, 1_000_001])
        case Kind.USER:
            return st.sampled_from(sorted(active_user_ids()))
        case Kind.FILTERS:
            filters = filters_of(dashboard) if dashboard else {}
            ids = st.lists(st.sampled_from(sorted(filters)), unique=True) if filters else st.just([])
            return ids.map(lambda chosen: {id_: filters[id_] for id_ in chosen})
    return good_values(spec)


def requests_for(dashboard: Dashboard | None) -> st.SearchStrategy[ExportRequest]:
    """Requests with any options set, mostly rightly: else nearly each would have many errors."""
    values = {}
    for spec in OPTIONS:
        if spec.wire_name == "fresh":  # never sent by that name; test_fresh.py has its tests
            continue
        likely = likely_values(spec, dashboard)
        values[spec.wire_name] = likely | likely | likely | wrong_values(spec)
    return st.builds(
        ExportRequest,
        dashboard_id=st.just(dashboard.identifier if dashboard else ""),
        format=st.sampled_from(Format),
        values=st.fixed_dictionaries({}, optional=values),
    )


asked_of_a_dashboard = st.one_of([st.tuples(st.just(each), requests_for(each)) for each in VARIED])


def first_error_field(asked: ExportRequest, *, may_run_as: bool) -> str | None:
    """The field of our error that the server would come to first; None when we find no error."""
    found = problems(asked, may_run_as=may_run_as)
    fields = [problem.field for problem in found if problem.severity is Severity.ERROR]
    return min(fields, key=SERVER_ORDER.index, default=None)


@given(asked_of_a_dashboard, st.booleans())
@examples(1000)
def test_we_reject_what_the_server_rejects_under_the_same_field(
    asked_of: tuple[Dashboard, ExportRequest], is_organization_key: bool
) -> None:
    dashboard, asked = asked_of
    body = json.loads(json.dumps(payload(asked)))
    user_id = query(asked).get("userId")
    assume(not runs_as_its_own_user(user_id, is_organization_key=is_organization_key))
    refused = verdict(body, dashboard, user_id=user_id, is_organization_key=is_organization_key)
    assert first_error_field(asked, may_run_as=is_organization_key) == (refused.field if refused else None)
    if refused is not None and refused.status == 400:  # the reasons of a 403 and a 404: test_failure_messages
        assert problems_from_reason(refused.message)[0].field == refused.field


def runs_as_its_own_user(user_id: object, *, is_organization_key: bool) -> bool:
    """Whether a personal token names its own user: today's server accepts it [V], the page doesn't [P].

    We follow the page, because the result is the same as without `userId`.
    """
    return not is_organization_key and user_id == organization_users()[0].identifier


@given(asked_of_a_dashboard)
@examples(250)
def test_we_warn_about_what_only_a_strict_server_rejects_and_the_fix_helps(
    asked_of: tuple[Dashboard, ExportRequest],
) -> None:
    dashboard, asked = asked_of
    found = problems(asked)
    # a warning without a fix is about what servers ignore, not reject
    warnings = [each for each in found if each.severity is Severity.WARNING and each.fix is not None]
    user_id = query(asked).get("userId")
    if first_error_field(asked, may_run_as=True) is not None:
        return
    refused = verdict(payload(asked), dashboard, user_id=user_id, strict=True)
    assert (refused is not None) == bool(warnings)
    if refused is not None:
        offered = problems_from_reason(refused.message)[0].fix
        assert offered is not None
        assert all(warning.fix == offered for warning in warnings)
        mended = ExportRequest(asked.dashboard_id, asked.format, {**asked.values, **offered.changes})
        assert verdict(payload(mended), dashboard, user_id=user_id, strict=True) is None


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    """A demo server of its own, in no hurry to refuse, and a way to it."""
    with (
        DemoServer(speed=1000, limit=1_000_000, dashboards=len(DOCUMENTS)) as demo,
        httpx.Client(base_url=f"{demo.url}/api", trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def dashboards() -> Iterator[Dashboard]:
    """A dashboard for each request: two exports of one at the same time would be a 409."""
    return iter(ORDINARY)


@given(asked=requests_for(None), is_organization_key=st.booleans())
@examples(60)
def test_the_same_over_http(
    server: httpx.Client, dashboards: Iterator[Dashboard], asked: ExportRequest, is_organization_key: bool
) -> None:
    assume(not runs_as_its_own_user(query(asked).get("userId"), is_organization_key=is_organization_key))
    token = TOKEN if is_organization_key else PERSONAL_TOKEN
    answer = server.post(
        f"/v1/dashboards/{next(dashboards).identifier}/download",
        params=query(asked),
        json=payload(asked),
        headers={"Authorization": f"Bearer {token}"},
    )
    expected = first_error_field(asked, may_run_as=is_organization_key)
    statuses = {None: [200], "userId": [400, 403, 404]}.get(expected, [400])
    assert answer.status_code in statuses, answer.text
    if answer.status_code == 400:
        assert problems_from_reason(answer.json()["detail"])[0].field == expected

"""What several routes do first: look up the server's state and the dashboard, and check the user."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from omni_tui.demo.access.callers import caller_of
from omni_tui.demo.access.run_as import user_rejection
from omni_tui.demo.sample_data.models import Dashboard
from omni_tui.demo.state import Demo


def demo_of(request: Request) -> Demo:
    """Return the simulated Omni of a request."""
    demo: Demo = request.app.state.demo
    return demo


def found_dashboard(request: Request) -> Dashboard | None:
    """Return the document in the path."""
    return demo_of(request).documents.find(request.path_params["identifier"])


def check_user(request: Request) -> None:
    """Raise HTTPException for a request that can't run as its `userId`."""
    rejected = user_rejection(
        request.query_params.get("userId"),
        is_organization_key=caller_of(request).is_organization_key,
        behavior=demo_of(request).behavior,
    )
    if rejected is not None:
        raise HTTPException(rejected.status, rejected.message)

"""The demo's routes as one application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from omni_tui.demo.access.middleware import AccessMiddleware
from omni_tui.demo.replies import Layer, error_response
from omni_tui.demo.routes.documents import document, documents
from omni_tui.demo.state import Demo

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def _on_demand(module: str, name: str) -> Endpoint:
    """Return an endpoint whose module is imported at the first request, so that the list is ready early."""

    async def answer(request: Request) -> Response:
        endpoint: Endpoint = getattr(import_module(f"omni_tui.demo.routes.{module}"), name)
        return await endpoint(request)

    return answer


_DASHBOARD = "/api/v1/dashboards/{identifier}"
_ROUTES = (
    Route("/api/v1/documents", documents),
    Route("/api/v1/documents/{identifier}", document),
    Route("/api/v1/documents/{identifier}/queries", _on_demand("dashboards", "queries")),
    Route(f"{_DASHBOARD}/filters", _on_demand("dashboards", "filters")),
    Route(f"{_DASHBOARD}/download", _on_demand("downloads", "initiate"), methods=["POST"]),
    Route(f"{_DASHBOARD}/download/{{job_id}}/status", _on_demand("downloads", "status")),
    Route(f"{_DASHBOARD}/download/{{job_id}}", _on_demand("downloads", "file")),
    Route("/api/v1/whoami", _on_demand("users", "whoami")),
    # The spec has the first [S]; the vendor's Python SDK and current documentation the second [D].
    Route("/api/scim/v2/Users", _on_demand("users", "users")),
    Route("/api/scim/v2/users", _on_demand("users", "users")),
    Route("/api/scim/v2/embed/Users", _on_demand("users", "embed_users")),
    Route("/api/scim/v2/embed/users", _on_demand("users", "embed_users")),
    Route("/", _on_demand("website", "home")),
    Route("/dashboards/{identifier}", _on_demand("website", "dashboard_page")),
    Route("/w/{identifier}", _on_demand("website", "dashboard_page")),
)


def make_app(demo: Demo) -> Starlette:
    """Return the application."""

    async def rejection(request: Request, error: Exception) -> Response:
        """Return the error that a route raised, 404 for an unknown path, or 405."""
        if not isinstance(error, HTTPException):
            raise error
        return error_response(Layer.ROUTE, error.status_code, error.detail, demo.behavior, error.headers)

    async def internal_error(request: Request, error: Exception) -> Response:
        """Return 500 for an internal error of the demo, with its kind."""
        words = f"Internal Server Error: {type(error).__name__}"
        return error_response(Layer.ROUTE, 500, words, demo.behavior)

    app = Starlette(
        routes=_ROUTES,
        middleware=[Middleware(AccessMiddleware, demo=demo)],
        exception_handlers={HTTPException: rejection, Exception: internal_error},
    )
    app.router.redirect_slashes = False
    app.state.demo = demo
    return app

"""The page that a browser shows for a dashboard's URL."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from omni_tui.demo.data.formatting import printable
from omni_tui.demo.routes.common import demo_of

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font: 16px/1.6 system-ui, sans-serif; margin: 4rem auto; max-width: 36rem; color: #1d2433">
<h1>{title}</h1><p>{words}</p></body></html>
"""


async def home(request: Request) -> Response:
    """Return the home page."""
    words = f"This is the demo Omni of omni-tui, with {len(demo_of(request).documents):,} documents."
    return _page("Blobs R Us", words)


async def dashboard_page(request: Request) -> Response:
    """Return a dashboard's page, with its name and the command that exports it."""
    found = demo_of(request).documents.find(request.path_params["identifier"])
    if found is None:
        return _page("Not found", "This dashboard doesn't exist.", status=404)
    command = f"omni-tui download {found.identifier} --format pdf"
    words = f"{found.folder} · {found.owner}. To see it, export it: {command}"
    return _page(printable(found.name), words)


def _page(title: str, words: str, *, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), words=escape(words)), status)

"""Fixtures for all tests of downloads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.downloads.store.journals import OPEN


@pytest.fixture(autouse=True)
def _close_journals() -> Iterator[None]:
    """Close every journal that a test opened: Python 3.13 warns about each one left open."""
    yield
    while OPEN:
        OPEN.pop().close()

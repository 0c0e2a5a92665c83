"""Errors of comparisons."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class CompareError(OmniTuiError):
    """Two files can't be compared."""

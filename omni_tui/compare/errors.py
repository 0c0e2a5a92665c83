"""What keeps two files from being compared."""

from __future__ import annotations

from omni_tui.errors import OmniTuiError


class CompareError(OmniTuiError):
    """Two files can't be compared; the message says why, the hint what to do."""

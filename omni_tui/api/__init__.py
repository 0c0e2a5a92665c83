"""The API of Omni: one client, and all that every request passes through."""

from __future__ import annotations

import sys

# httpx loads its own command line along with it, and click, rich and pygments for that, wherever they are
# installed: half of its import time. It does without when that module cannot be had, so it is told so.
if "httpx" not in sys.modules:
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

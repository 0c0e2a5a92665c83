"""Omni's API: a client, and everything between it and the network."""

from __future__ import annotations

import sys

# httpx imports its own command line, and with it click, rich and pygments if they are installed: half of its
# import time. It also works without that module, so make the import fail.
if "httpx" not in sys.modules:
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

"""`python -m omni_tui`: the same as `omni-tui`."""

from __future__ import annotations

import sys

from omni_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())

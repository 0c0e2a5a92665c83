"""Settings files for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from omni_tui.settings.locations import config_folder, vendor_config_path, write_private_file


def write_config(text: str) -> Path:
    """Our own config.toml."""
    path = config_folder() / "config.toml"
    write_private_file(path, text)
    return path


def write_vendor_config(profiles: dict[str, Any], default: str = "") -> Path:
    """The vendor CLI's profiles."""
    path = vendor_config_path()
    write_private_file(path, json.dumps({"version": 1, "defaultProfile": default, "profiles": profiles}))
    return path

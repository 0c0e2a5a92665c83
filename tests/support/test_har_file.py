"""HAR files are new, whole and private."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from omni_tui.support.har_file import HarFileError, save_har, write_har
from tests.api.request_log.test_log import exchange


def test_a_file_that_exists_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    path.write_text("mine")
    with pytest.raises(HarFileError, match="already exists"):
        write_har(path, [exchange(1)])
    assert path.read_text() == "mine"


def test_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    paths = {save_har(tmp_path, [exchange(1)]) for _ in range(3)}
    assert paths == set(tmp_path.iterdir())
    assert len(paths) == 3
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(json.loads(path.read_text())["log"]["entries"]) == 1


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(HarFileError, match="can't be created: No such file or directory"):
        save_har(tmp_path / "missing", [exchange(1)])

"""Files that others may have placed there: only regular ones are read, links only if they are one's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_tui.presets.file import read_presets
from omni_tui.settings.locations import config_folder
from omni_tui.settings.shared_files import read_shared

SOMEBODY = 54_321


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "dotfiles" / "presets.toml"
    path.parent.mkdir()
    path.write_text('[weekly]\nformat = "pdf"\n')
    return path


@pytest.fixture
def planted(target: Path) -> Path:
    """The presets as a link to a file of ours, made by somebody else."""
    path = config_folder() / "presets.toml"
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    if os.getuid() != 0:
        pytest.skip("only root can make a link of somebody else's")
    os.lchown(path, SOMEBODY, -1)
    return path


def test_the_users_own_link_is_followed_if_allowed(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "presets.toml"
    link.symlink_to(target)
    assert read_shared(link, follows_own_links=True) == target.read_bytes()
    with pytest.raises(OSError, match="symbolic links"):
        read_shared(link)


def test_another_users_link_is_not_followed(planted: Path) -> None:
    with pytest.raises(OSError, match="symbolic links"):
        read_shared(planted, follows_own_links=True)
    found = read_presets()
    assert found.presets == ()
    assert "symbolic links" in found.troubles[0].message


@pytest.mark.parametrize("kind", ["pipe", "device", "link to a device", "folder", "endless"])
@pytest.mark.parametrize("follows_own_links", [False, True])
def test_only_regular_files_of_limited_size_are_read(
    kind: str, follows_own_links: bool, tmp_path: Path
) -> None:
    path = tmp_path / "presets.toml"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "link to a device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case _:
            path.touch()
            os.truncate(path, 1 << 34)
    with pytest.raises(OSError, match=r"regular file|symbolic links|directory|too large"):
        read_shared(path, follows_own_links=follows_own_links)

"""`omni-tui downloads --find-broken-tile` against the demo's dashboard with a broken tile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.demo.faults.modes import Situation
from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.tiles import tiles_of
from omni_tui.demo.server import DemoServer
from tests.commands.runs import LIMIT, SPEED, Ran, run
from tests.demo.conftest import dashboard_of

TILES = tiles_of(dashboard_of(names.FAILING_ID))
BROKEN = [tile for tile in TILES if tile.is_broken]
GOOD = [tile for tile in TILES if not tile.is_broken]

# Each tile takes a second: no job is polled more often than that.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT) as running:
        yield running


@pytest.fixture
def failed(server: DemoServer, tmp_path: Path) -> Ran:
    """A download that failed because of the tile."""
    words = ("download", names.FAILING_ID, "--format", "csv", "--json")
    done = run(tmp_path / "run", server, *words)
    assert (done.status, json.loads(done.out)["state"]) == (1, "failed")
    search = f"omni-tui downloads --find-broken-tile {json.loads(done.out)['id'][:8]}"
    assert f"omni-tui download: To find the tile: {search}\n" in done.err
    return done


def find(failed: Ran, server: DemoServer, *flags: str, id_: str = "") -> Ran:
    """The search for it, from the same home."""
    wanted = id_ or json.loads(failed.out)["id"][:8]
    home = str(failed.folder.with_name("run-home"))
    folder = failed.folder.with_name(f"find{'-'.join(flags)}")
    return run(folder, server, "downloads", "--find-broken-tile", wanted, *flags, HOME=home)


def test_the_broken_tile_is_named_and_nothing_is_saved(failed: Ran, server: DemoServer) -> None:
    found = find(failed, server)
    assert found.status == 0
    rows = [line.split(None, 2) for line in found.lines[1:]]
    assert [(key, state) for key, state, _ in rows] == [
        (tile.key, "broken" if tile.is_broken else "good") for tile in TILES
    ]
    assert rows[-1][2].split("  ")[-1].strip() == "Job failed to render."
    assert f"“{BROKEN[0].name}” can't be rendered. Fix or remove it in Omni." in found.err
    assert "add --export-good-tiles" in found.err
    assert found.files == failed.files == []


def test_the_good_tiles_are_exported_like_the_dashboard(failed: Ran, server: DemoServer) -> None:
    found = find(failed, server, "--export-good-tiles")
    assert found.status == 0
    paths = sorted(map(Path, found.lines))
    assert {path.parent for path in paths} == {failed.folder}
    assert [path.name for path in paths] == failed.files
    assert len(paths) == len(GOOD)
    assert all(path.name.startswith("Warehouse Forecast") and path.suffix == ".csv" for path in paths)


def test_if_all_tiles_fail_the_render_service_is_down(failed: Ran, server: DemoServer) -> None:
    server.demo.situation = Situation.RENDERER_DOWN
    try:
        found = find(failed, server, "--json")
    finally:
        server.demo.situation = Situation.NORMAL
    assert found.status == 1
    result = json.loads(found.out)
    assert (result["dashboard"], result["format"]) == (names.FAILING_ID, "csv")
    assert result["verdict"] == "render_service_down"
    assert [tile["state"] for tile in result["tiles"]] == ["broken"] * len(TILES)


def test_what_cannot_be_searched_is_rejected(failed: Ran, server: DemoServer) -> None:
    found = find(failed, server, id_="feedface")
    assert (found.status, found.err) == (
        2,
        "omni-tui downloads: No download with ID feedface. See omni-tui downloads.\n",
    )

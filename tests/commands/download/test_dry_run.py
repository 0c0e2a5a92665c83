"""`omni-tui download --dry-run` shows what the same command would send and save, and does neither."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import strategies as st

from omni_tui import demo
from omni_tui.cli import main
from omni_tui.demo import rules
from omni_tui.demo.routes import downloads as routes
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.help.topic import all_topics
from omni_tui.options.rules import applicable, problems
from omni_tui.options.spec import ExportRequest, Format, Severity
from omni_tui.presets.file import presets_path
from tests.commands.download.flags.test_option_agreement import flags_for, that_can_be_typed
from tests.commands.runs import LIMIT
from tests.examples import examples
from tests.options.test_agreement import VARIED, likely_values

CHANNEL = "f--web_sessions.channel=" + quote('{"values":["Organic"]}', safe="")
PRESET = """\
["Weekly tiles"]
format = "csv"
tile = "Sessions by week"
name = "{tile} {date}"
"""
SALES, CHURN = "9c27e415", "4be08d77"
CASES: Mapping[str, tuple[str, ...]] = {
    "one": (SALES, "--format", "pdf", "--paper-format", "a4"),
    "several, with manifests": (SALES, CHURN, "--format", "png", "--manifest", "-o", "new/"),
    "by name": ("Sales Overview", "--format", "xlsx", "--filename", "{dashboard} x"),
    "fan-out": (names.FIRST_ID, "--format", "json", "--tile", "Sessions by week", "--each",
                "Channel=Email, Organic"),
    "url": (f"/dashboards/{names.FIRST_ID}?{CHANNEL}", "--format", "pdf", "--filter", "Pageviews>=2"),
    "preset": (names.FIRST_ID, "--preset", "Weekly tiles"),
    "merge": (SALES, CHURN, "--format", "pdf", "--merge", "All.pdf"),
    "merge alone": (SALES, CHURN, "--format", "pdf", "--merge", "All.pdf", "--remove-originals"),
    "unzip": (SALES, "--format", "csv", "--unzip"),
    "file": (SALES, "--format", "csv", "-o", "tiles.zip"),
    "the same name twice": (f"/dashboards/{names.FIRST_ID}?{CHANNEL}", names.FIRST_ID, "--format", "pdf"),
}  # fmt: skip

QUICK = {"merge alone"}
# No shrinking: each example runs a command twice.
ONE_FOLDER: Mapping[str, Any] = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": (Phase.explicit, Phase.generate),
}


@dataclass
class Received:
    """The exports that the demo was asked to start."""

    starts: list[tuple[str, str | None, Any]] = field(default_factory=list)
    is_rejecting: bool = False


@pytest.fixture(scope="module")
def received() -> Iterator[Received]:
    log = Received()

    def verdict(body: Any, dashboard: Any, **rest: Any) -> rules.Rejection | None:
        log.starts.append((dashboard.identifier, rest["user_id"], body))
        return (
            rules.Rejection(400, "Rejected") if log.is_rejecting else rules.verdict(body, dashboard, **rest)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "verdict", verdict)
        yield log


@pytest.fixture(scope="module")
def server(received: Received) -> Iterator[DemoServer]:
    with DemoServer(speed=1000, limit=LIMIT, dashboards=2000) as running:
        yield running


@pytest.fixture
def folder(server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with the demo server in the environment."""
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    monkeypatch.setenv("OMNI_API_TOKEN", demo.TOKEN)
    monkeypatch.setenv("OMNI_TUI_REQUESTS_PER_MINUTE", str(LIMIT))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run_here(*typed: str) -> tuple[int, str]:
    """Run omni-tui in this process; return its exit code and standard output."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        status = main(typed)
    return status, output.buffer.getvalue().decode()  # type: ignore[attr-defined]


def dry_run(*typed: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the status, and the lines of --json."""
    status, out = run_here("download", *typed, "--dry-run", "--json")
    return status, [json.loads(line) for line in out.splitlines()]


def starts_in(lines: list[dict[str, Any]]) -> list[tuple[str, str | None, Any]]:
    """Return the exports that a dry run announces."""
    return sorted(
        (
            (line["dashboard"], user[1] if (user := re.search(r"userId=([^&]*)", line["url"])) else None,
             line["body"])
            for line in lines
            if "body" in line
        ),
        key=str,
    )  # fmt: skip


def all_files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def said_files(lines: list[dict[str, Any]]) -> set[str]:
    """Return the files that a dry run announces."""
    paths = [line["path"] for line in lines if not line.get("is_deleted")]
    return {*paths, *filter(None, (line.get("manifest") for line in lines))}


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(typed, id=name, marks=() if name in QUICK else pytest.mark.slow)
        for name, typed in CASES.items()
    ],
)
def test_it_shows_what_the_run_sends_and_saves(
    typed: tuple[str, ...], folder: Path, received: Received, server: DemoServer
) -> None:
    presets_path().parent.mkdir(parents=True, exist_ok=True)
    presets_path().write_text(PRESET)
    before = server.requests
    status, lines = dry_run(*typed)
    sent = server.requests - before
    assert (status, received.starts) == (0, [])
    assert {method for method, _ in sent} == {"GET"}
    assert {kind for _, kind in sent}.isdisjoint({"status", "file"})
    assert list(folder.iterdir()) == []
    assert run_here("download", *typed, "--quiet")[0] == 0
    started = sorted(received.starts, key=str)
    received.starts.clear()
    assert starts_in(lines) == started
    into = [f"{line['unpacked_into']}/" for line in lines if "unpacked_into" in line]
    unpacked = {path for path in all_files(folder) if path.startswith(tuple(into))}
    assert bool(unpacked) == bool(into)
    assert all_files(folder) - unpacked == said_files(lines)


@st.composite
def good_requests(draw: st.DrawFn) -> ExportRequest:
    """Requests without errors, most of them with several options, filters and a user."""
    dashboard = draw(st.sampled_from(VARIED))
    fmt = draw(st.sampled_from(Format))
    likely = {
        spec.wire_name: likely_values(spec, dashboard)
        for spec in applicable(fmt)
        if spec.wire_name != "fresh"
    }
    values = draw(st.fixed_dictionaries({}, optional=likely))
    asked = that_can_be_typed(ExportRequest(dashboard.identifier, fmt, values))
    assume(not any(each.severity is Severity.ERROR for each in problems(asked)))
    return asked


def check_options(received: Received, asked: ExportRequest) -> None:
    """Compare a dry run with a run that the demo rejects, which is faster than one that it renders."""
    typed = flags_for(asked)
    status, lines = dry_run(*typed)
    assert received.starts == []
    received.is_rejecting = True
    run_status, _ = run_here("download", *typed, "--quiet")
    received.is_rejecting = False
    assert starts_in(lines) == received.starts
    # names that only the disk rejects exit with 2
    assert (status, run_status, len(received.starts)) in {(0, 1, 1), (2, 2, 0)}
    received.starts.clear()


@examples(8, **ONE_FOLDER)
@given(asked=good_requests())
def test_the_bodies_are_what_the_server_receives(
    asked: ExportRequest, folder: Path, received: Received
) -> None:
    check_options(received, asked)


@pytest.mark.slow
@examples(40, **ONE_FOLDER)
@given(asked=good_requests())
def test_the_bodies_are_what_the_server_receives_for_any_options(
    asked: ExportRequest, folder: Path, received: Received
) -> None:
    check_options(received, asked)


def test_the_curl_line_sends_the_same_request(folder: Path, received: Received) -> None:
    _, (line,) = dry_run(SALES, "--format", "pdf", "--filename", "it's $HOME `x`", "--user-id", "me & you")
    assert line["url"].endswith(f"/dashboards/{SALES}/download?userId=me+%26+you")
    assert demo.TOKEN not in line["curl"]
    words = shlex.split(line["curl"])
    assert words[:2] == ["curl", line["url"]]
    assert json.loads(words[words.index("--data-raw") + 1]) == line["body"]
    assert "Authorization: Bearer $OMNI_API_TOKEN" in words


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing")
def test_curl_starts_the_export(folder: Path, received: Received) -> None:
    _, (line,) = dry_run(CHURN, "--format", "pdf", "--filename", "it's $HOME `x`")
    answer = subprocess.run(["sh", "-c", line["curl"]], capture_output=True, check=True).stdout
    assert json.loads(answer)["job_id"]
    assert received.starts == [(CHURN, None, line["body"])]
    received.starts.clear()


def test_the_text_is_for_people(folder: Path) -> None:
    (folder / "All.pdf").touch()
    typed = (
        SALES,
        CHURN,
        "--format",
        "pdf",
        "--merge",
        "All.pdf",
        "--remove-originals",
        "--then",
        "echo 'a b'",
    )
    status, out = run_here("download", *typed, "--dry-run")
    assert status == 0
    first, last = out.split("\n\n")[0].splitlines(), out.splitlines()[-2:]
    assert first[:4] == [f"{SALES} · Sales Overview", "{", '  "format": "pdf"', "}"]
    assert first[4].startswith("curl http://")
    assert first[5:] == [f"File: {folder}/Sales Overview.pdf (deleted afterwards)"]
    assert last == [f"Merged into: {folder}/All (2).pdf", "Then runs: echo 'a b' FILE"]


def test_the_help_lists_every_key(folder: Path) -> None:
    (topic,) = [each for each in all_topics() if each.name == "scripts"]
    table = topic.markdown().split("## Try it without sending anything")[1].split("## Output")[0]
    told = {
        name for row in re.findall(r"^\|(.+?)\|", table, re.MULTILINE) for name in re.findall("`(.+?)`", row)
    }
    _, (merged, _, _) = dry_run(*CASES["merge alone"])
    _, (unpacked,) = dry_run(*CASES["unzip"])
    assert told == merged.keys() | unpacked.keys()


def test_a_taken_name_gets_a_number(folder: Path) -> None:
    for name in ("Sales Overview.pdf", "Sales Overview (2).pdf.manifest.json"):
        (folder / name).touch()
    _, (line,) = dry_run(SALES, "--format", "pdf", "--manifest")
    assert line["path"] == str(folder / "Sales Overview (2).pdf")
    assert line["manifest"] == str(folder / "Sales Overview (2).pdf.manifest (2).json")


def test_nothing_is_recorded(folder: Path, fake_home: Path) -> None:
    dry_run(SALES, "--format", "pdf")
    written = [path for path in fake_home.rglob("*") if path.is_file()]
    assert not [path for path in written if "journal" in path.name or path.suffix == ".db"]
    assert run_here("downloads")[1] == ""


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (("nobody00", "--format", "pdf"), 1),
        (("nobody00", SALES, "--format", "pdf"), 1),
        ((SALES, "--format", "pdf", "-o", "file/new/"), 2),
        ((SALES, "--format", "pdf", "--filter", "Nothing=1"), 2),
        ((SALES, "--format", "csv", "--paper-format", "a4"), 2),
        ((SALES, "--format", "pdf", "-o", "-", "--json"), 2),
        (("No such name", "--format", "pdf"), 2),
    ],
)
def test_it_exits_like_the_real_run(
    typed: tuple[str, ...], status: int, folder: Path, received: Received, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "file").touch()
    assert run_here("download", *typed, "--dry-run")[0] == status
    assert "omni-tui download: " in capsys.readouterr().err
    if SALES not in typed or status == 2:
        assert run_here("download", *typed)[0] == status
    assert received.starts == []


def test_a_rejected_key_exits_with_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_API_TOKEN", "omni_osk_wrong0000000")
    assert dry_run(SALES, "--format", "pdf")[0] == 3


def test_standard_output_has_no_file(folder: Path) -> None:
    status, out = run_here("download", SALES, "--format", "pdf", "--output", "-", "--dry-run")
    assert (status, out.splitlines()[-2]) == (0, "File: standard output")

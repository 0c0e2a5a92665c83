"""The command line itself: commands, dashboards, and rejected input."""

from __future__ import annotations

import subprocess
import sys

import pytest

import omni_tui
from omni_tui import cli
from omni_tui.cli import main, split_command
from omni_tui.commands.shared.exit_codes import Interrupted
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments

HEAVY = ("httpx", "pydantic", "pydantic_settings", "textual", "rich", "starlette", "tomlkit")


@pytest.mark.parametrize(
    ("typed", "command", "rest"),
    [
        ([], "", []),
        (["12db1a0a"], "", ["12db1a0a"]),
        (["12db1a0a", "download"], "", ["12db1a0a", "download"]),
        (["download", "12db1a0a"], "download", ["12db1a0a"]),
        (["--profile", "team", "download", "x"], "download", ["--profile", "team", "x"]),
        (["--profile", "download", "x"], "", ["--profile", "download", "x"]),
        (["--profile=team", "--demo", "download"], "download", ["--profile=team", "--demo"]),
        (["--", "download"], "", ["--", "download"]),
        (["demo-server", "--port", "1"], "demo-server", ["--port", "1"]),
        (["schedule", "run", "x", "--", "download"], "schedule", ["run", "x", "--", "download"]),
        (["--base-url", "describe", "describe", "x"], "describe", ["--base-url", "describe", "x"]),
        (["presets", "--json"], "presets", ["--json"]),
        (["download", "presets"], "download", ["presets"]),
    ],
)
def test_the_first_word_may_be_a_command(typed: list[str], command: str, rest: list[str]) -> None:
    assert split_command(typed) == (command, rest)


def test_the_screens_get_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    import omni_tui.tui.app

    seen: list[Arguments] = []
    monkeypatch.setattr(cli, "is_terminal", lambda stream: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(omni_tui.tui.app, "run_app", lambda arguments: seen.append(arguments) or 0)
    assert main(["--profile", "team", "--base-url", "blobsrus", "12db1a0a"]) == 0
    assert main(["--demo"]) == 0
    assert main(["web", "--profile", "team", "traffic"]) == 0
    assert main(["--", "downlaod"]) == 0
    assert main(["12db1a0a", "web"]) == 0
    assert main(["Sales2024"]) == 0
    assert seen == [
        Arguments(profile="team", base_url="blobsrus", dashboard="12db1a0a"),
        Arguments(demo=True),
        Arguments(profile="team", search="web traffic"),
        Arguments(search="downlaod"),
        Arguments(search="12db1a0a web"),
        Arguments(search="Sales2024"),
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            ["lits"],
            "No command is named 'lits'. Did you mean 'omni-tui list'? To search for it: omni-tui -- lits",
        ),
        (["dashboards"], "Did you mean 'omni-tui list'?"),
        (["tuii"], "Did you mean 'omni-tui', which opens the list of dashboards?"),
        (["downlaod", "12db1a0a", "--format", "pdf"], "Did you mean 'omni-tui download'?"),
        (["--demo", "DESCRIBES"], "Did you mean 'omni-tui describe'?"),
        (["export"], "Did you mean 'omni-tui download'?"),
        (["config2"], "Did you mean 'omni-tui config'?"),
        (["login"], "Did you mean 'omni-tui config'?"),
    ],
)
def test_a_mistyped_command_is_rejected(
    typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["12db1a0a", "https://blobsrus.omniapp.co/w/sales", "feedface", "revenue"])
def test_a_dashboard_or_a_search_is_not_a_command(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([typed]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_a_terminal_that_cannot_move_its_cursor_is_not_painted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "is_terminal", lambda stream: True)
    monkeypatch.setenv("TERM", "dumb")
    assert main([]) == 2
    told = capsys.readouterr()
    assert (told.out, "TERM is dumb" in told.err, "omni-tui download" in told.err) == ("", True, True)


def test_without_a_terminal_it_suggests_download(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("omni-tui: omni-tui needs a terminal.")
    assert "omni-tui download" in told.err


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--nothing"], "--nothing"),
        (["list", "--limit", "0"], "--limit: must be 1 or more"),
        (["download", "a1", "--format", "csv", "--tile", ""], "--tile: the name is empty"),
        (["--token", "secret"], "--token"),
        (["download"], "omni-tui download: The following arguments are required: DASHBOARD"),
        (["download", "12db1a0a"], "required: --format"),
        (["download", "--format", "pdf"], "required: DASHBOARD"),
        (["download", "12db1a0a", "--format", "docx"], "--format: invalid choice: 'docx'"),
        (
            ["download", "12db1a0a", "--format", "pdf", "--timeout", "0"],
            "--timeout: must be a number",
        ),
        (["download", "12db1a0a", "--format", "pdf", "--token", "x"], "--token"),
        (["download", "https://x.omniapp.co/", "--format", "pdf"], "isn't the ID, the URL or the name of a"),
        (["download", " ", "--format", "pdf"], "' ' isn't the ID, the URL or the name of a dashboard."),
        (["download", "a1", "b2", "--format", "pdf", "-o", "x.pdf"], "x.pdf is not a folder"),
        (["download", "a1", "b2", "--format", "pdf", "-o", "-"], "standard output takes one"),
        (["download", "a1", "--format", "pdf", "-o", "-", "--json"], "--json and --output - can't be used"),
        (["download", "a1", "--format", "pdf", "--hide-hidden-fields"], "--hide-hidden-fields: PDF doesn't"),
        (
            ["download", "a1", "--format", "pdf", "--paper-format", "a5"],
            "--paper-format: Paper must be",
        ),
        (["download", "a1", "--format", "json"], "--query-identifier-map-key: JSON exports one tile"),
        (
            ["download", "a1", "--format", "csv", "--max-row-limit", "0"],
            "--max-row-limit: Row limit must be a",
        ),
        (
            ["download", "a1", "--format", "pdf", "--filename", "x" * 256],
            "--filename: Name can have at most 255",
        ),
        (["download", "http://blobsrus.omniapp.co/dashboards/a1", "--format", "pdf"], "unencrypted"),
        (["download", "a1", "--format", "pdf", "--preset"], "--preset: expected one argument"),
        (["download", "a1", "--format", "pdf", "--filter", "Status"], "“Status” has no “=”"),
        (
            ["download", "a1", "--format", "pdf", "--filename", "{day}"],
            "--filename: Unknown: {day}",
        ),
        (["describe"], "required: DASHBOARD"),
        (["describe", "a1", "b2"], "b2"),
        (["presets", "a1"], "a1"),
        (["demo-server", "--port", "65536"], "--port: must be between 0 and 65,535"),
        (["demo-server", "--speed", "fast"], "--speed: must be a number greater than 0"),
        (["demo-server", "--dashboards", "0"], "--dashboards: must be between 1"),
    ],
)
def test_usage_errors_are_one_line(typed: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1
    assert told.err.startswith("omni-tui")


def test_every_problem_of_the_options_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["download", "a1", "--format", "csv", "--hide-title", "--max-row-limit", "0", "--filename", ""]
    assert main(typed) == 2
    flags = [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()]
    assert flags == ["--hide-title", "--max-row-limit", "--filename"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--help"], "\n  download "),
        (["download", "--help"], "--max-row-limit N"),
        (["download", "--help"], "130 interrupted"),
        (["download", "--help"], "--each LABEL=VALUE,VALUE"),
        (["describe", "--help"], "[{id, label, type, value, required, hidden, flag, raw}]"),
        (["presets", "--help"], "presets.toml"),
        (["demo-server", "--help"], "--speed X"),
        (["schedule", "--help"], "Mon-Fri 07:00,12:00"),
        (["--version"], f"omni-tui {omni_tui.__version__}\n"),
    ],
)
def test_help_and_version(typed: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed) == 0
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    "typed",
    [
        ["--help"],
        ["--version"],
        ["download", "--help"],
        ["describe", "--help"],
        ["presets", "--help"],
        ["presets"],
        ["schedule", "--help"],
        ["demo-server", "--help"],
    ],
)
def test_help_loads_nothing_heavy(typed: list[str]) -> None:
    code = (
        "import sys\nfrom omni_tui.cli import main\nmain(sys.argv[2:])\n"
        "print([name for name in sys.argv[1].split(',') if name in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, ",".join(HEAVY), *typed], capture_output=True, text=True, check=True
    )
    assert run.stderr.splitlines()[-1] == "[]"


def test_python_m_is_the_same_program() -> None:
    run = subprocess.run([sys.executable, "-m", "omni_tui", "--version"], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, f"omni-tui {omni_tui.__version__}\n", "")


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def fails(command: str, rest: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fails)
    return main(["download"])


def test_a_failure_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = OmniTuiError("The server\nsays \x07no\u202e.", "Ask it again.")
    assert fail_with(error, monkeypatch) == 1
    assert capsys.readouterr().err == "omni-tui download: The server says no. Ask it again.\n"


def test_an_internal_error_is_reported_without_a_traceback_or_a_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail_with(ValueError("bad value b'Bearer omni_osk_abcdefgh'"), monkeypatch) == 1
    told = capsys.readouterr().err
    assert "ValueError: bad value" in told
    assert "Please report it" in told
    assert "omni_osk" not in told
    assert "Traceback" not in told


def test_the_traceback_is_shown_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(cli.DEBUG_VARIABLE, "1")
    assert fail_with(ValueError("bad"), monkeypatch) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (Interrupted(15), 143)])
def test_an_interruption_is_reported(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail_with(error, monkeypatch) == status
    assert capsys.readouterr().err == "omni-tui download: stopped. Saved files are kept.\n"


def test_a_closed_pipe_is_not_a_failure() -> None:
    command = f"{sys.executable} -m omni_tui download --help | head -n 1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == "0"
    assert run.stderr == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_are_not_a_failure(closed: str) -> None:
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m omni_tui {closed}"], capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("typed", [["demo-server"], ["download", "12db1a0a", "--format", "pdf", "--demo"]])
def test_a_missing_extra_is_named_with_what_installs_it(
    typed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("omni_tui.demo.server.find_spec", lambda name: None)
    assert main(typed) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("Install them with: pip install 'omni-tui[demo]'\n")


def test_what_is_logged_does_not_reach_the_terminal() -> None:
    code = (
        "import logging\nfrom omni_tui.commands.shared.console import keep_logs_off_the_terminal\n"
        "keep_logs_off_the_terminal()\nlogging.getLogger('omni_tui').error('details', exc_info=ValueError())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("typed", cli._COMMON, ids=" ".join)
def test_common_command_lines_are_parsed_like_all_others(typed: tuple[str, ...]) -> None:
    assert cli._COMMON[typed] == cli._read_arguments(list(typed))

"""What Tab offers: from the parsers and the caches, and never from the network."""

from __future__ import annotations

import io
import socket
import subprocess
import sys

import pytest

from omni_tui.api.documents import Document
from omni_tui.catalog.contents_cache import ContentsCache
from omni_tui.catalog.disk_cache import write_cache
from omni_tui.catalog.table import Table
from omni_tui.cli import main
from omni_tui.commands.completion.candidates import Directive, candidates
from omni_tui.commands.registry import COMMANDS, parser_of
from omni_tui.launch_options import Arguments
from omni_tui.options.spec import Format
from omni_tui.settings.locations import config_folder, make_private_folder
from omni_tui.startup_snapshot import catalogs_folder, remember

DOCUMENTS = (
    Document("12db1a0a", "Sales Overview"),
    Document("77aa01c2", 'Sales: "EMEA" & it\'s $5'),
    Document("aa000001", "Twice"),
    Document("aa000002", "Twice"),
    Document("bb000001", "-dash"),
    Document("bb000002", "tab\there"),
)


@pytest.fixture(autouse=True)
def caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cached list, tiles, filters, presets, profiles and schedules; and no network at all."""

    def refuse(*_: object) -> None:
        raise AssertionError("completion must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    path = make_private_folder(catalogs_folder()) / "blobsrus.omniapp.co.list"
    write_cache(path, Table(DOCUMENTS), 1.0)
    cache = ContentsCache(path)
    cache.take("12db1a0a", [("1", "Sessions by week"), ("2", "Top: channels")], ["Status", "Created at"])
    cache.take("77aa01c2", [("9", "Other")], ["Region"])
    cache.save()
    remember(Arguments(), path)
    make_private_folder(config_folder())
    (config_folder() / "presets.toml").write_text(
        '["Weekly tiles"]\nformat = "csv"\n[Board]\nformat = "pdf"\n'
    )
    (config_folder() / "config.toml").write_text('[profiles.work]\n[profiles."play ground"]\n')
    remember(Arguments(), path)
    make_private_folder(config_folder() / "schedules")
    (config_folder() / "schedules" / "weekly.json").touch()


def texts(*words: str) -> list[str]:
    return [each.text for each in candidates(words[:-1], words[-1]).values]


def test_commands_come_with_their_summaries() -> None:
    assert texts("") == list(COMMANDS)
    assert candidates([], "down").values == (
        ("download", COMMANDS["download"].summary),
        ("downloads", COMMANDS["downloads"].summary),
    )
    assert texts("--profile", "work", "--demo", "pre") == ["presets"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_of_every_command_is_offered(command: str) -> None:
    flags = {
        flag
        for action in parser_of(command)._actions
        for flag in action.option_strings
        if flag.startswith("--") and action.help != "==SUPPRESS=="
    }
    assert set(texts(command, "--")) == flags


def test_values_of_flags() -> None:
    assert texts("download", "x", "--format", "") == [fmt.value for fmt in Format]
    assert texts("download", "x", "--paper-format", "a") == ["a3", "a4"]
    assert texts("download", "x", "--paper-format=a") == ["--paper-format=a3", "--paper-format=a4"]
    assert texts("--profile", "") == ["work", "play ground"]
    assert texts("download", "--preset", "we") == ["Weekly tiles"]
    assert texts("download", "--preset=we") == ["--preset=Weekly tiles"]
    assert texts("config", "") == ["show", "path", "check"]
    assert texts("schedule", "show", "w") == ["weekly"]
    assert texts("completion", "") == ["bash", "zsh", "fish"]
    assert "filters" in texts("help", "")


def test_given_flags_are_not_offered_again_unless_they_repeat() -> None:
    offered = texts("download", "x", "--format", "pdf", "--filter", "a=b", "--")
    assert "--format" not in offered
    assert "--filter" in offered
    assert "--dry-run" in offered


def test_dashboards_by_name_and_id() -> None:
    assert texts("download", "sales ") == ["Sales Overview"]
    assert texts("download", "SALES") == ["Sales Overview", 'Sales: "EMEA" & it\'s $5']
    assert candidates(["download"], "12db").values == (("12db1a0a", "Sales Overview"),)
    assert candidates(["describe"], "tw").values == (("Twice", "2 dashboards: use an ID"),)
    assert texts("describe", "bb") == ["bb000001", "bb000002"]
    assert "-dash" not in texts("download", "")
    assert texts("sales o") == ["Sales Overview"]
    assert texts("show", "Sales") == []


@pytest.mark.parametrize(
    "typed", ["12db1a0a", "sales overview", "https://x.omniapp.co/dashboards/12db1a0a?y=1"]
)
def test_tiles_and_filters_are_those_of_the_dashboard(typed: str) -> None:
    assert texts("download", typed, "--tile", "") == ["Sessions by week", "Top: channels"]
    assert texts("download", typed, "--query-identifier-map-key", "") == ["1", "2"]
    found = candidates(["download", typed, "--format", "csv", "--filter"], "")
    assert [each.text for each in found.values] == ["Status=", "Created at="]
    assert found.directive is Directive.NO_SPACE
    assert texts("download", typed, "--each", "st") == ["Status="]


def test_without_a_dashboard_all_known_filters_are_offered() -> None:
    assert texts("download", "--filter", "") == ["Region=", "Status=", "Created at="]
    assert texts("download", "no such", "--filter", "") == []


def test_files_are_left_to_the_shell() -> None:
    for words in (("show",), ("diff", "a"), ("download", "x", "--output"), ("download", "x", "-o")):
        assert candidates(words, "").directive is Directive.FILES
    assert candidates(["list", "--folder"], "").directive is Directive.PLAIN


def test_a_schedule_completes_its_download() -> None:
    assert texts("schedule", "add", "x", "--every", "Mon 07:00", "--", "download", "12db") == ["12db1a0a"]
    assert texts("schedule", "add", "x", "--", "down") == ["download", "downloads"]


def test_another_start_has_another_list(monkeypatch: pytest.MonkeyPatch) -> None:
    other = catalogs_folder() / "other.list"
    write_cache(other, Table([Document("1", "Sales elsewhere")]), 1.0)
    monkeypatch.setenv("OMNI_BASE_URL", "https://other.omniapp.co")
    remember(Arguments(profile="work"), other)
    assert texts("download", "--profile", "work", "sales") == ["Sales elsewhere"]
    assert texts("download", "sales") == []


def complete(*typed: str) -> list[str]:
    output = io.TextIOWrapper(io.BytesIO())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        assert main(["__complete", *typed]) == 0
    return output.buffer.getvalue().decode().splitlines()  # type: ignore[attr-defined]


def test_bash_gets_words_that_it_can_take() -> None:
    breaks = " \t\n\"'><=;|&(:"
    assert complete("bash", "omni-tui download Sales", breaks) == [
        "plain",
        r"Sales\ Overview",
        r"Sales:\ \"EMEA\"\ \&\ it\'s\ \$5",
    ]
    assert complete("bash", "omni-tui download 'Sales:", breaks)[1:] == [r"""Sales: "EMEA" & it'\''s $5"""]
    assert complete("bash", "omni-tui download Sales:", breaks)[1:] == [r"\ \"EMEA\"\ \&\ it\'s\ \$5"]
    assert complete("bash", "X=1 omni-tui down", breaks) == ["plain", "download", "downloads"]


def test_zsh_and_fish_get_descriptions() -> None:
    assert complete("zsh", "download", "Sales O") == ["plain", "Sales Overview\t12db1a0a"]
    assert complete("fish", "download", "'Sales O") == ["plain", "Sales Overview\t12db1a0a"]


def test_hardly_anything_is_imported() -> None:
    heavy = ("asyncio", "httpx", "pydantic", "textual", "sqlite3", "ssl", "omni_tui.services")
    code = (
        "import sys; from omni_tui.cli import main;"
        "main(['__complete', 'bash', 'omni-tui download s', ' ']); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"

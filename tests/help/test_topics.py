"""The help topics match the program: keys, settings, flags, filters and codes."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from omni_tui.cli import main
from omni_tui.commands.download.flags.option_flags import flag_of
from omni_tui.commands.download.report import json_object
from omni_tui.commands.registry import COMMANDS
from omni_tui.commands.shared.exit_codes import Status, interrupted_by
from omni_tui.demo.faults.modes import FileFault, Situation
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.sample_documents import SampleDocuments
from omni_tui.demo.sample_data.subjects import SUBJECTS
from omni_tui.downloads.job.models import JobState
from omni_tui.help.topic import FOLDER, Topic, all_topics, find_topic
from omni_tui.options.file_names.template import PLACEHOLDERS
from omni_tui.options.filters.text_syntax import parse
from omni_tui.options.filters.types import Condition, Filter
from omni_tui.options.table import OPTIONS
from omni_tui.presets.serialization import FILTERS, read_table
from omni_tui.settings.models import NOT_IN_FILES, Settings
from omni_tui.tui.input.key_queue import readable_key
from omni_tui.tui.input.keymap import known_bindings
from tests.commands.jobs import job
from tests.options.filters.filter_objects import date_filter, number_filter, text_filter


def text_of(name: str) -> str:
    topic = find_topic(name)
    assert topic is not None, name
    return topic.markdown()


def rows_of(text: str) -> list[list[str]]:
    """Return the cells of every table row, without headers and rules."""
    rows = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r" \|(?: |$)", row)] for row in rows]


def code_in(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("topic", all_topics(), ids=lambda topic: topic.name)
def test_a_topic_has_a_title_and_one_column_per_character(topic: Topic) -> None:
    text = topic.markdown()
    assert re.match(r"# \S", text)
    assert len(topic.title) <= 50
    assert "<!--" not in text, "every table is made"
    assert [each for each in text if each != "\n" and cell_len(each) != 1] == []


@pytest.mark.parametrize("topic", all_topics(), ids=lambda topic: topic.name)
def test_every_topic_that_a_topic_names_exists(topic: Topic) -> None:
    named = re.findall(r"omni-tui help ([a-z][\w-]*)", topic.markdown())
    assert [name for name in named if find_topic(name) is None] == []


def test_every_flag_that_a_topic_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("", *COMMANDS):
        assert main([*command.split(), "--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    for topic in all_topics():
        text = re.sub(r"#!/bin/sh\n.*?```", "", topic.markdown(), flags=re.DOTALL)  # other tools' flags
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![\w-])", text))
        assert named - known == set(), topic.name


def test_the_table_of_options_has_every_flag() -> None:
    told = [row[0].strip("`").split()[0] for row in rows_of(text_of("options"))]
    assert [flag for flag in told if flag.startswith("--")] == [flag_of(spec.wire_name) for spec in OPTIONS]


def test_every_key_is_listed_with_its_name_and_no_other() -> None:
    told = {
        (name, frozenset(code_in(keys)))
        for keys, _, name in (row for row in rows_of(text_of("keys")) if len(row) == 3)
        for name in code_in(name)
    }
    keys = {(use.name, frozenset(map(readable_key, use.keys))) for use in known_bindings() if use.name}
    assert told == keys


def test_every_setting_is_listed_with_its_default_and_no_other() -> None:
    table = text_of("settings").split("| setting |")[1].split("\n\n")[0]
    told = {code_in(row[0])[0].strip("[]"): row[2] for row in rows_of(table) if code_in(row[0])}
    assert set(told) == set(Settings.model_fields) - NOT_IN_FILES
    for name, shown in told.items():
        default = Settings.model_fields[name].default
        if isinstance(default, bool):
            assert shown == f"`{str(default).lower()}`", name
        elif isinstance(default, int | float):
            assert shown == f"{default:g}", name


def test_every_exit_code_is_listed() -> None:
    codes = [int(row[0]) for row in rows_of(text_of("exit-codes")) if row[0].isdecimal()]
    assert codes == [*Status, interrupted_by(2)]


def test_every_key_of_the_json_lines_is_listed_and_no_other() -> None:
    table = text_of("scripts").split("## Output")[1].split("| key |")[1].split("\n\n")[0]
    told = {name for row in rows_of(table) for name in code_in(row[0])}
    assert told == set(json_object(job(JobState.DONE)))


def test_every_placeholder_of_a_file_name_is_listed_and_no_other() -> None:
    names = [name for row in rows_of(text_of("file-names")) for name in code_in(row[0])]
    told = {name.strip("{}").partition(":")[0] for name in names}
    assert told == {*PLACEHOLDERS, "filter"}


def test_every_situation_and_mischief_of_the_demo_is_listed_and_no_other() -> None:
    text = text_of("demo")
    for kind, head in ((Situation, "| situation |"), (FileFault, "| mischief |")):
        table = text.split(head)[1].split("\n\n")[0]
        assert sorted(name for row in rows_of(table) for name in code_in(row[0])) == sorted(kind)


def test_the_preset_is_valid() -> None:
    (code,) = re.findall(r"```toml\n(.*?)```", text_of("presets"), re.DOTALL)
    ((name, table),) = tomllib.loads(code).items()
    preset, mistakes = read_table(name, table)
    assert mistakes == ()
    assert preset is not None
    assert set(table) >= {"each", FILTERS}


def test_every_config_in_a_topic_is_toml_with_real_settings() -> None:
    for name in ("settings", "keys", "terminals"):
        for code in re.findall(r"```toml\n(.*?)```", text_of(name), re.DOTALL):
            table = tomllib.loads(code)
            profiles = table.pop("profiles", {})
            named = {*table, *(key for profile in profiles.values() for key in profile)} - {"default_profile"}
            assert named <= set(Settings.model_fields) - NOT_IN_FILES


@pytest.mark.parametrize(
    ("section", "filter_"),
    [("Text", text_filter("a")), ("Numbers", number_filter(1)), ("Dates", date_filter())],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_every_way_to_write_a_filter_is_parsed_as_a_condition(section: str, filter_: Filter) -> None:
    text = text_of("filters").split(f"## {section}\n")[1].split("\n## ")[0]
    ways = [way for row in rows_of(text) for way in code_in(row[0])] or code_in(text)
    assert len(ways) > 5
    for way in ways:
        words = f"{way}..today" if way.endswith(" complete months ago") else way
        assert isinstance(parse(filter_, words), Condition), way


def test_the_values_that_topics_filter_by_are_the_demos() -> None:
    known: dict[str, set[str]] = {}
    for subject in SUBJECTS.values():
        for column in subject.columns:
            known.setdefault(column.field.label, set()).update(column.choices)
    text = "".join(topic.markdown() for topic in all_topics())
    typed = re.findall(r"--(?:filter|each) '([^'=<>]+)=([^']+)'", text)
    listed = [(label, values) for label, values in typed if known.get(label)]
    listed += re.findall(r'^(Status|Region) = "([^"]+)"$', text, re.MULTILINE)
    assert len(listed) >= 3
    for label, values in listed:
        assert {value.strip() for value in values.split(",")} <= known[label], (label, values)


def test_the_dashboards_and_filters_of_the_examples_are_the_demos() -> None:
    documents = SampleDocuments(now=datetime(2026, 11, 23, tzinfo=UTC))
    texts = [topic.markdown() for topic in all_topics()] + [
        (FOLDER.parents[2] / "README.md").read_text(encoding="utf-8")
    ]
    commands = re.findall(r"^omni-tui download .*(?:\\\n.*)*", "\n".join(texts), re.MULTILINE)
    assert len(commands) > 10
    for command in commands:
        ids = re.findall(r"\b[0-9a-f]{8}\b", command)
        dashboards = [dashboard for id_ in ids if (dashboard := documents.find(id_))]
        assert len(dashboards) == len(ids), command
        for label in re.findall(r"--(?:filter|each) '([^'=]+)=", command):
            for dashboard in dashboards:
                assert label in {each["label"] for each in filters_of(dashboard).values()}, command

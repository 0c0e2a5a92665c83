from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from omni_tui.options.file_names.sanitize import EMPTY_NAME, safe_file_name, stem_limit_bytes
from omni_tui.options.file_names.template import NameFields, expand, expansion
from omni_tui.options.file_names.validate import NAME, name_problem, name_problems, template_problem
from omni_tui.options.rules import problems
from omni_tui.options.spec import ExportRequest, Format, Problem, Severity
from tests.options.file_names.test_template import ANY_FIELDS, FIELDS, TEMPLATES, WHOLE

PLAIN = "Available: {dashboard}, {tile}, {format}, {date}, {time}"
THERE = f"{PLAIN}, {{profile}}"


def only(template: str, *files: NameFields) -> Problem:
    (problem,) = name_problems(template, files or [FIELDS], "pdf")
    assert problem.field == "filename"
    assert problem.message.endswith((".", "?"))
    return problem


def fixed(problem: Problem) -> object:
    assert problem.fix is not None
    return problem.fix.changes["filename"]


@pytest.mark.parametrize(
    ("template", "labels", "words"),
    [
        ("{date} {filter:region}", ["Region"], ""),
        ("{{dat}}", [], ""),
        ("{dat}", [], "Unknown: {dat}. Did you mean {date}?"),
        ("{xyz}", ["Region"], f"Unknown: {{xyz}}. {THERE} and {{filter:Region}}."),
        ("{}", [], f"Unknown: {{}}. {PLAIN} and {{profile}}."),
        ("{dates}", ["Date"], "Unknown: {dates}. Did you mean {date}?"),
        ("{filter:x}", [], "{filter:x}: no such filter on this dashboard."),
        ("{filter}", ["Region"], "{filter}: no such filter; the only filter is {filter:Region}."),
        (
            "{filter:regoin}",
            ["A", "Region"],
            "Unknown: {filter:regoin}. Did you mean {filter:Region}?",
        ),
        (
            "{filter:}",
            list("abcdefg"),
            "Unknown: {filter:}. Available: {filter:a}, {filter:b}, {filter:c}, {filter:d} and 3 more.",
        ),
        ("a {date", [], "A { is not closed: write {date}, or {{ for a literal brace."),
    ],
)  # fmt: skip
def test_what_means_nothing_is_said(template: str, labels: list[str], words: str) -> None:
    assert template_problem(template, labels) == words


@pytest.mark.parametrize(
    ("template", "better"),
    [
        ("a {dat} {{b}}", "a {date} {{b}}"),
        ("a {date:%Y}", "a {date}"),
        ("{filter:regoin}", "{filter:Region}"),
        ("a {Date", "a {Date}"),
        ("a/b: {date}", "a-b- {date}"),
        ("a\u200d {{ {date}", "a {{ {date}"),
        ("x" * 300 + " {date}", "x" * 227 + " {date}"),
        ("{tile}", None),
    ],
)
def test_a_fix_solves_the_problem(template: str, better: str | None) -> None:
    changed = fixed(only(template, replace(WHOLE, filters={"Region": "EMEA", "Status": "x"})))
    if better is None or not template.startswith("x"):
        assert changed == better
    if changed is not None:
        assert name_problems(str(changed), [FIELDS], "pdf") == []


@pytest.mark.parametrize(
    ("template", "severity", "words"),
    [
        ("a/b: c/d", Severity.WARNING, "“/” and “:” become “-” in a file name."),
        ("why? {date}", Severity.WARNING, "“?” becomes “-” in a file name."),
        ("a\u200db", Severity.WARNING, "The name contains an invisible character, which is removed."),
        (".{date}", Severity.WARNING, "“.” at the start of a file name is removed."),
        ("- {date}", Severity.WARNING, "“-” at the start of a file name is removed."),
        ("{date}..", Severity.WARNING, "“.” at the end of a file name is removed."),
        ("CON", Severity.WARNING, "Some systems reserve this name; the file will be _CON.pdf."),
        ("x" * 240, Severity.ERROR, "The file name is 2 characters too long."),
        ("x" * 239, Severity.ERROR, "The file name is 1 character too long."),
        ("é" * 120, Severity.ERROR, "The file name is 2 bytes too long: é takes 2."),
        ("..", Severity.ERROR, "This name has no usable characters."),
        ("({tile})", Severity.ERROR, "This name has no usable characters: {tile} is empty here."),
    ],
)  # fmt: skip
def test_what_a_file_cannot_be_called_is_said(template: str, severity: Severity, words: str) -> None:
    problem = only(template, WHOLE)
    assert (problem.severity, problem.message) == (severity, words)
    if "{" not in template:
        assert name_problem(template, "pdf") == words


def test_a_valid_name_has_no_problem() -> None:
    for template in ("", "  ", "{dashboard} - {tile}", "Report {date}.pdf", "Report.PDF", "x" * 238):
        assert name_problems(template, [WHOLE], "pdf") == []
    assert name_problem("Report", "pdf") == ""


def test_the_servers_limit_is_kept_where_ours_is() -> None:
    assert NAME.maximum is not None
    assert stem_limit_bytes("pdf") < NAME.maximum


def test_a_cut_value_is_said() -> None:
    problem = only("{dashboard} {date}", replace(FIELDS, dashboard="B" * 300))
    assert problem.severity is Severity.WARNING
    assert problem.message == "The file name is too long: {dashboard} is cut."


def region(value: str) -> NameFields:
    return replace(WHOLE, filters={"Region": value, "Status": "complete"})


@pytest.mark.parametrize(
    ("template", "files", "words", "better"),
    [
        (
            "{dashboard}",
            [region("EMEA"), region("APAC"), region("AMER")],
            "All files would have the same name and be numbered.",
            "{dashboard} {filter:Region}",
        ),
        (
            "Report",
            [replace(WHOLE, dashboard="A"), replace(WHOLE, dashboard="B")],
            "All files would have the same name and be numbered.",
            "Report {dashboard}",
        ),
        (
            "{filter:Region}",
            [region("a"), region("A"), region("b"), replace(region("b"), dashboard="Other")],
            "All files would have the same name and be numbered.",
            "{filter:Region} {dashboard}",
        ),
        (
            "{dashboard}",
            [replace(region("a"), dashboard="A"), replace(region("b"), dashboard="A"), region("c")],
            "2 files would have the same name and be numbered.",
            "{dashboard} {filter:Region}",
        ),
    ],
)
def test_equal_file_names_are_reported_with_a_distinguishing_placeholder(
    template: str, files: list[NameFields], words: str, better: str
) -> None:
    problem = only(template, *files)
    assert (problem.severity, problem.message, fixed(problem)) == (Severity.WARNING, words, better)


def test_files_that_nothing_parts_just_get_numbers() -> None:
    assert name_problems("{dashboard} {filter:region}", [region("a"), region("b")], "pdf") == []
    assert name_problems("{dashboard}", [WHOLE, WHOLE], "pdf") == []


def test_each_flaw_of_several_files_is_reported_once() -> None:
    long = [replace(FIELDS, dashboard=f"{number} " + "B" * 300) for number in range(20)]
    assert len(name_problems("a: {dashboard}", long, "pdf")) == 2


@given(TEMPLATES, ANY_FIELDS)
def test_the_problems_tell_exactly_when_the_name_is_another(template: str, fields: NameFields) -> None:
    found = name_problems(template, [fields], "pdf")
    name, cut = expansion(template, fields)
    safe = safe_file_name(name, "pdf")
    stem = name[: -len(".pdf")].strip() if name.lower().endswith(".pdf") else name
    if not template.strip():
        assert found == []
    elif template_problem(template, list(fields.filters)):
        assert [problem.severity for problem in found] == [Severity.ERROR]
    else:
        assert bool(found) == bool(cut or safe != f"{stem}.pdf")


@given(TEMPLATES, ANY_FIELDS)
def test_names_with_warnings_can_be_saved_and_sent(template: str, fields: NameFields) -> None:
    found = name_problems(template, [fields], "pdf")
    if template.strip() and all(problem.severity is Severity.WARNING for problem in found):
        name = expand(template, fields)
        safe = safe_file_name(name, "pdf")
        assert safe != f"{EMPTY_NAME}.pdf" or EMPTY_NAME in name
        assert problems(ExportRequest("d", Format.PDF, {"filename": safe.removesuffix(".pdf")})) == []


@given(TEMPLATES, ANY_FIELDS)
def test_what_a_fix_gives_can_be_taken(template: str, fields: NameFields) -> None:
    for _ in range(12):
        fixes = [problem.fix for problem in name_problems(template, [fields], "pdf")]
        fix = next((fix for fix in fixes if fix is not None), None)
        if fix is None:
            return
        changes = fix.changes
        assert changes != {"filename": template}
        template = str(changes["filename"] or "")
        expand(template, fields)

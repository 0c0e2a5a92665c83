"""The form's state without a screen."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.api.models import Document
from omni_tui.downloads.job.models import JobFailure
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.rules import payload, problems
from omni_tui.options.spec import Format, Kind, OptionSpec, Severity
from omni_tui.options.table import OPTIONS
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import FORMAT_FIELD, NO_FIELD, TILE
from omni_tui.tui.export_form.draft.form_state import Rejection, next_fix
from omni_tui.tui.export_form.layout.option_row import FIELD_OF_KIND, rows_of
from tests.options.reasons import problems_from_reason

BLOBS = Document("12db1a0a", "Blob Web Traffic")
SALES = Document("77aa01c2", "Sales Overview")


def draft_of(*documents: Document, fmt: Format = Format.PDF) -> Draft:
    draft = Draft(documents or (BLOBS,))
    draft.format = fmt
    return draft


def sent(draft: Draft) -> dict[str, object]:
    return dict(payload(draft.state.request))


@pytest.mark.parametrize("fmt", list(Format))
def test_an_untouched_form_sends_only_the_format_and_a_required_tile(fmt: Format) -> None:
    draft = draft_of(fmt=fmt)
    expected = {"format": fmt.value} | ({TILE.wire_name: ""} if fmt is Format.JSON else {})
    assert sent(draft) == expected


def test_values_of_another_format_are_kept_and_not_sent() -> None:
    draft = draft_of()
    draft.set("paperFormat", "letter")
    draft.set("hideTitle", False)
    draft.format = Format.CSV
    draft.set("maxRowLimit", 50_000)
    assert sent(draft) == {"format": "csv", "maxRowLimit": 50_000}
    draft.format = Format.PDF
    assert sent(draft) == {"format": "pdf", "paperFormat": "letter", "hideTitle": False}


def test_json_requires_one_tile_and_other_formats_restore_the_whole_dashboard() -> None:
    draft = draft_of(fmt=Format.JSON)
    assert draft.is_one_tile
    assert "one tile" in draft.why_tile
    draft.set(TILE.wire_name, "3")
    assert sent(draft) == {"format": "json", TILE.wire_name: "3"}
    draft.format = Format.PDF
    assert not draft.is_one_tile
    assert draft.why_tile == ""
    assert sent(draft) == {"format": "pdf"}
    draft.wants_tile = True
    assert sent(draft) == {"format": "pdf", TILE.wire_name: "3"}


def test_a_missing_tile_is_not_reported_until_the_field_is_left() -> None:
    draft = draft_of(fmt=Format.JSON)
    assert draft.errors
    assert draft.visible_problems == []
    draft.show_problems_of(TILE.wire_name)
    assert [problem.field for problem in draft.visible_problems] == [TILE.wire_name]


def test_exporting_shows_all_problems() -> None:
    draft = draft_of(fmt=Format.JSON)
    assert draft.check_all() == draft.visible_problems != []


def test_an_option_that_requires_a_tile_selects_one_and_unsetting_it_restores_the_dashboard() -> None:
    draft = draft_of(fmt=Format.XLSX)
    draft.set("overrideRowLimit", True)
    assert draft.is_one_tile
    assert "one tile" in draft.why_tile
    draft.set(TILE.wire_name, "3")
    assert sent(draft) == {"format": "xlsx", TILE.wire_name: "3", "overrideRowLimit": True}
    draft.set("overrideRowLimit", False)
    assert not draft.is_one_tile
    assert sent(draft) == {"format": "xlsx", "overrideRowLimit": False}


def test_a_typed_field_is_validated_once_left_and_then_at_every_key() -> None:
    draft = draft_of(fmt=Format.CSV)
    draft.set("maxRowLimit", 2_000_000)
    assert draft.visible_problems == []
    draft.show_problems_of("maxRowLimit")
    assert [problem.field for problem in draft.visible_problems] == ["maxRowLimit"]
    draft.set("maxRowLimit", 5)
    assert draft.visible_problems == []
    draft.set("maxRowLimit", 0)
    assert [problem.field for problem in draft.visible_problems] == ["maxRowLimit"]


def test_applying_the_fix_removes_the_fit_page_warning() -> None:
    draft = draft_of()
    draft.set("expandTablesToShowAllRows", True)
    (warning,) = draft.visible_problems
    offered = next_fix(draft.visible_problems, "")
    assert offered is not None
    assert offered == (warning, warning.fix)
    draft.apply_fix(offered[1])
    assert draft.visible_problems == []
    assert sent(draft)["paperFormat"] == "letter"


def test_the_fix_of_the_focused_field_comes_before_the_first() -> None:
    draft = draft_of(fmt=Format.CSV)
    draft.set("maxRowLimit", 0)
    draft.set("filename", "x" * 300)
    draft.show_all_problems()
    first, near = (next_fix(draft.visible_problems, focused) for focused in ("", "filename"))
    assert first is not None
    assert near is not None
    assert (first[0].field, near[0].field) == ("maxRowLimit", "filename")
    draft.apply_fix(near[1])
    assert sent_name(draft) == "x" * 255


def sent_name(draft: Draft) -> object:
    return draft.state.request.values["filename"]


def test_options_of_one_dashboard_are_hidden_for_several() -> None:
    offered = draft_of(BLOBS, SALES).offered
    assert not any(spec.one_dashboard_only for spec in offered)
    assert {spec.wire_name for spec in OPTIONS} - {spec.wire_name for spec in offered} == {
        "queryIdentifierMapKey",
    }


def test_several_dashboards_as_json_is_a_problem_of_the_format() -> None:
    draft = draft_of(BLOBS, SALES, fmt=Format.JSON)
    (problem,) = draft.visible_problems
    assert problem.field == FORMAT_FIELD
    assert problem.fix is None
    assert "one at a time" in problem.message
    assert draft.check_all() == [problem]


def test_run_as_is_not_available_for_a_personal_token() -> None:
    names = [spec.wire_name for spec in Draft((BLOBS,), may_run_as=False).offered]
    assert "userId" not in names
    assert "userId" in [spec.wire_name for spec in draft_of().offered]


def refused(draft: Draft, reason: str, field: str = "", hint: str = "") -> None:
    draft.rejections = [Rejection(draft.state.request, BLOBS.name, JobFailure(reason, hint, field))]


def test_a_rejection_is_shown_under_its_field_until_the_request_changes() -> None:
    draft = draft_of()
    draft.set("singleColumnLayout", True)
    reason = "Single column layout and table expansion options are not supported for FIT_PAGE format."
    problems = tuple(problems_from_reason(reason))
    failure = JobFailure(problems[0].message, "Suggested fix: use letter.", "paperFormat", problems=problems)
    draft.rejections = [Rejection(draft.state.request, BLOBS.name, failure)]
    (first, warning) = draft.visible_problems
    assert (first.field, first.severity) == ("paperFormat", Severity.ERROR)
    assert first.message == f"The server says: {reason}"
    assert first.fix is not None
    assert first.fix.label == "use letter"
    draft.set("maxRowLimit", 7)  # not sent in a PDF
    assert draft.visible_problems == [first, warning]
    draft.apply_fix(first.fix)
    assert draft.visible_problems == []


def test_a_failure_of_no_field_says_what_to_do() -> None:
    draft = draft_of()
    refused(draft, "The server could not render this export.", hint="Try again.")
    (problem,) = draft.visible_problems
    assert (problem.field, problem.fix) == (NO_FIELD, None)
    assert problem.message == "The server could not render this export. Try again."


def test_a_failure_among_several_names_the_dashboard() -> None:
    draft = draft_of(BLOBS, SALES)
    draft.rejections = [Rejection(draft.request(SALES), SALES.name, JobFailure("No.", "", TILE.wire_name))]
    (problem,) = draft.visible_problems
    assert problem.message == "Sales Overview: No."
    assert problem.field == NO_FIELD  # a single tile isn't offered here


def test_a_rejection_does_not_block_the_next_export() -> None:
    draft = draft_of()
    refused(draft, "No.")
    assert draft.errors == []
    assert draft.check_all() == []
    assert draft.visible_problems == []


def test_the_summary_describes_the_export() -> None:
    draft = draft_of()
    assert draft.state.summary == "PDF; whole dashboard"
    draft.set("paperFormat", "letter")
    draft.set("paperOrientation", "landscape")
    draft.set("showFilters", False)
    draft.set("hideTitle", False)
    assert draft.state.summary == "PDF, letter, landscape, show filters off; whole dashboard"
    draft.format = Format.CSV
    draft.wants_tile = True
    draft.set("maxRowLimit", 50_000)
    assert draft.state.summary == "CSV, row limit 50,000; one tile"
    assert draft_of(BLOBS, SALES).state.summary == "2 dashboards, each as PDF"


def test_every_kind_of_option_has_a_field() -> None:
    assert set(FIELD_OF_KIND) == set(Kind)


def test_rows_hold_every_option_once_and_in_order() -> None:
    rows = rows_of(OPTIONS)
    assert [spec for row in rows for spec in row] == list(OPTIONS)
    assert all(len({spec.kind for spec in row}) == 1 for row in rows)


@pytest.mark.parametrize("spec", OPTIONS, ids=lambda spec: spec.wire_name)
def test_no_option_is_changed_by_its_default(spec: OptionSpec) -> None:
    draft = draft_of()
    assert not draft.is_changed(spec)
    if spec.default is not None:
        draft.set(spec.wire_name, spec.default)
        assert not draft.is_changed(spec)


def test_the_problems_are_those_of_the_rules() -> None:
    draft = draft_of(fmt=Format.CSV)
    draft.set("maxRowLimit", 2_000_000)
    assert draft.state.problems == (*problems(draft.state.request),)


REGION = {"o.region": {"type": "string", "kind": "EQUALS", "values": ["EMEA"], "label": "Region"}}


@pytest.mark.parametrize(
    ("template", "filters", "typed", "name"),
    [
        ("{dashboard} {filter:Region}", REGION, "", "{dashboard} {filter:Region}"),
        ("{dashboard} {filter:o.region}", REGION, "", "{dashboard} {filter:o.region}"),
        ("{dashboard} {filter:Region}", {}, "", None),
        ("{dashboard} {filter:Channel}", REGION, "", None),
        ("{dashboard} {filter:Region}", REGION, "Q3", "Q3"),
        ("{dashboard} {date}", {}, "", "{dashboard} {date}"),
    ],
)
def test_a_name_template_is_reused_if_its_filters_exist(
    template: str, filters: dict[str, Any], typed: str, name: str | None
) -> None:
    draft = draft_of()
    draft.carry_name(template)
    draft.apply_carried_name()
    draft.filters.set_filters(BLOBS.identifier, read_filters(filters, []))
    draft.set("filename", typed or draft.values.get("filename"))
    draft.apply_carried_name()
    assert draft.values.get("filename") == name
    assert draft.errors == []

"""The form's filters, names and files without a screen."""

from __future__ import annotations

from omni_tui.api.models import Document
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.filters.types import Condition
from omni_tui.options.rules import payload
from omni_tui.options.spec import Format, Severity
from omni_tui.tui.export_form.draft.draft import Draft, Export
from omni_tui.tui.export_form.draft.field_names import TILE
from omni_tui.tui.export_form.filters.form_filters import FormFilters
from tests.tui.export_form.draft.test_draft import BLOBS, SALES, draft_of, sent

STATUS = {"type": "string", "kind": "EQUALS", "values": ["complete"], "is_negative": False, "label": "Status"}
CREATED = {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2026-01-01", "label": "Created", "odd": [1]}
TOLD = {"orders.status": STATUS, "orders.created_at": CREATED}


def filtered(*documents: Document) -> Draft:
    """Return a draft whose dashboards have the same filters, with other IDs in the second."""
    draft = draft_of(*documents)
    for number, document in enumerate(draft.documents):
        told = (
            TOLD
            if number == 0
            else {f"x{i}": {**raw, "fieldName": id_} for i, (id_, raw) in enumerate(TOLD.items())}
        )
        draft.filters.set_filters(document.identifier, read_filters(told, ()))
    return draft


def test_unchanged_filters_send_nothing_and_one_change_sends_all() -> None:
    draft = filtered()
    assert sent(draft) == {"format": "pdf"}
    draft.filters.edits = {"orders.status": Condition("is", ("complete", "pending"))}
    both = {"orders.status": {**STATUS, "values": ["complete", "pending"]}, "orders.created_at": CREATED}
    assert sent(draft) == {"format": "pdf", "filterConfig": both}
    assert draft.state.summary == "PDF; whole dashboard; Status is complete or pending"


def test_a_filter_without_an_id_is_not_fanned_out_unasked() -> None:
    draft = draft_of()
    several = {**STATUS, "values": ["complete", "pending"]}
    draft.filters.set_filters(draft.documents[0].identifier, read_filters({"": several}, ()))
    assert draft.filters.fan_out_values == ()
    assert draft.filters.fan_out_label == ""


def test_an_invalid_filter_blocks_the_export_and_is_reported_once_left() -> None:
    draft = filtered()
    draft.filters.edits = {"orders.created_at": Condition("before", ("2026-13-01",))}
    assert [(problem.field, problem.part) for problem in draft.errors] == [
        ("filterConfig", "orders.created_at")
    ]
    assert draft.visible_problems == []
    draft.show_problems_of("filterConfig", "orders.created_at")
    assert "2026-13-01" in draft.visible_problems[0].message
    assert "filterConfig" not in sent(draft)


def test_a_png_of_the_whole_dashboard_with_changed_filters_has_a_warning() -> None:
    draft = filtered()
    draft.format = Format.PNG
    assert draft.state.problems == ()
    draft.filters.edits = {"orders.status": Condition("is", ("pending",))}
    (doubt,) = draft.state.problems
    assert (doubt.field, doubt.severity) == ("filterConfig", Severity.WARNING)
    draft.wants_tile = True
    draft.set(TILE.wire_name, "3")
    assert draft.state.problems == ()


def test_edits_of_common_filters_use_each_dashboards_filter_ids() -> None:
    draft = filtered(BLOBS, SALES)
    assert [each.label for each in draft.filters.offered] == ["Status", "Created"]
    draft.filters.edits = {"orders.status": Condition("is", ("pending",))}
    first, second = (payload(draft.request(document))["filterConfig"] for document in draft.documents)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert list(first) == ["orders.status", "orders.created_at"]
    assert list(second) == ["x0", "x1"]
    assert second["x0"] == {**STATUS, "values": ["pending"], "fieldName": "orders.status"}


def test_only_filters_that_each_dashboard_has_once_are_available() -> None:
    draft = draft_of(BLOBS, SALES)
    twice = {"a": {**STATUS, "fieldName": "orders.status"}, "b": {**STATUS, "fieldName": "orders.status"}}
    draft.filters.set_filters(BLOBS.identifier, read_filters(TOLD, ()))
    assert draft.filters.offered == ()
    draft.filters.set_filters(SALES.identifier, read_filters(twice, ()))
    assert draft.filters.offered == ()


def test_each_value_of_a_fan_out_is_an_export_with_the_value_in_its_name() -> None:
    draft = filtered(BLOBS, SALES)
    draft.filters.edits = {"orders.status": Condition("is", ("EMEA", "APAC"))}
    assert [export.fan_out_value for export in draft.exports] == ["", ""]
    draft.filters.fan_out = "orders.status"
    exports = draft.exports
    assert exports == [
        Export(BLOBS, "EMEA"),
        Export(BLOBS, "APAC"),
        Export(SALES, "EMEA"),
        Export(SALES, "APAC"),
    ]
    requests = [draft.request_to_send(export) for export in exports]
    names = [request.values["filename"] for request in requests]
    assert names == [f"{name} {value}" for name in (BLOBS.name, SALES.name) for value in ("EMEA", "APAC")]
    values = [request.values["filterConfig"] for request in requests]
    assert [next(iter(each.values()))["values"] for each in values] == [["EMEA"], ["APAC"]] * 2  # type: ignore[union-attr]
    assert draft.state.summary == "2 dashboards, each as PDF; 4 files; Status is EMEA or APAC"
    draft.set("filename", "{filter:status} of {dashboard}")
    assert draft.request_to_send(exports[0]).values["filename"] == "EMEA of Blob Web Traffic"


def test_a_template_makes_the_name_and_its_error_is_shown_under_the_name() -> None:
    draft = draft_of()
    draft.set("filename", "{dashboard} {dat}")
    (problem,) = draft.state.problems
    assert problem.field == "filename"
    assert problem.fix is not None
    draft.apply_fix(problem.fix)
    assert draft.values["filename"] == "{dashboard} {date}"
    name = draft.request_to_send(draft.exports[0]).values["filename"]
    assert str(name).startswith("Blob Web Traffic 20")


def test_the_options_of_an_earlier_export_are_restored() -> None:
    before = filtered()
    before.format = Format.CSV
    before.wants_tile = True
    before.set(TILE.wire_name, "3")
    before.set("filename", "50 {{percent}}")
    before.filters.edits = {"orders.status": Condition("is not", ("pending",))}
    asked = before.request_to_send(before.exports[0])
    after = draft_of()
    after.load_order(asked, "Ada")
    after.filters.set_filters(BLOBS.identifier, read_filters(TOLD, ()))
    assert after.request_to_send(after.exports[0]) == asked
    assert after.run_as == "Ada"


def test_an_operator_without_a_value_is_a_problem_of_its_filter_and_sends_nothing() -> None:
    filters = FormFilters(["d"])
    raw = {"type": "string", "kind": "EQUALS", "values": [], "label": "Status"}
    filters.set_filters("d", read_filters({"s": raw}, []))
    filters.edits = {"s": Condition("contains")}
    (problem,) = filters.problems
    assert (problem.part, problem.message) == ("s", "Enter a value, or choose “any”.")
    assert filters.config("d") is None


COMPLETE = {"type": "string", "kind": "EQUALS", "values": ["complete"]}
ANY_STATUS = {**COMPLETE, "values": []}
SINCE = {"type": "date", "kind": "ON_OR_AFTER", "left_side": "2026-01-01"}


def test_an_earlier_exports_filter_of_another_type_is_sent_as_it_was() -> None:
    filters = FormFilters(["d"])
    filters.show_config({"s": COMPLETE})
    filters.set_filters("d", read_filters({"s": SINCE}, []))
    assert filters.config("d") == {"s": COMPLETE}


def test_an_earlier_exports_filter_that_is_gone_is_reported() -> None:
    filters = FormFilters(["d"])
    filters.show_config({"gone": COMPLETE, "any": ANY_STATUS, "s": SINCE})
    filters.set_filters("d", read_filters({"s": SINCE}, []))
    assert filters.sentences == (
        "The dashboard no longer has the filter “gone”, so its value isn't applied.",
    )
    filters.forget()
    assert filters.sentences == ()


def test_a_kept_value_that_its_filter_no_longer_supports_is_reported_and_not_sent() -> None:
    filters = FormFilters(["d"])
    filters.show_edits({"s": Condition("is", ("complete",))}, "s")
    filters.set_filters("d", read_filters({"s": SINCE}, []))
    assert filters.config("d") is None
    assert filters.sentences == (
        "The dashboard changed the type of the filter “s”, so its value isn't applied.",
    )


def test_a_value_whose_filter_disappears_when_reloaded_is_reported() -> None:
    filters = FormFilters(["d"])
    filters.set_filters("d", read_filters({"s": COMPLETE}, []))
    filters.edits = {"s": Condition("is", ("pending",))}
    filters.set_filters("d", read_filters({"t": COMPLETE}, []))
    assert filters.edits == {}
    assert "no longer has the filter “s”" in filters.sentences[0]

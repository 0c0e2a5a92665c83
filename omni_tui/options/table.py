"""THE table: every option of every format, after the vendor's page on initiating a download. Data only.

Adding an option is adding a row: form, command line, payload and problems all read this table and hold no
list of their own. The order of the rows is the order in the form, in the payload and of the problems.
Help sentences end without a period, so that they fit a form's hint line and `--help` alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from omni_tui.options.spec import Format, Kind, OptionSpec, Place, Section

EVERY_FORMAT = frozenset(Format)
PAGE_FORMATS = frozenset({Format.PDF, Format.PNG})
DATA_FORMATS = frozenset({Format.XLSX, Format.CSV, Format.JSON})

OPTIONS: tuple[OptionSpec, ...] = (
    OptionSpec(
        wire_name="queryIdentifierMapKey",
        label="Tile",
        kind=Kind.TILE,
        section=Section.CONTENT,
        formats=EVERY_FORMAT,
        help="Export this one tile of the dashboard, by its key, and not the whole dashboard",
        unset_label="the whole dashboard",
        minimum=1,
        required_for=frozenset({Format.JSON}),
        one_dashboard_only=True,
    ),
    OptionSpec(
        wire_name="paperFormat",
        label="Paper",
        kind=Kind.CHOICE,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="The size of a page; fit_page makes one page as large as the dashboard",
        default="fit_page",
        unset_label="fit_page",
        choices=("fit_page", "letter", "legal", "tabloid", "a3", "a4"),
    ),
    OptionSpec(
        wire_name="paperOrientation",
        label="Orientation",
        kind=Kind.CHOICE,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="Whether pages are upright or lie on their side",
        unset_label="as it comes",
        choices=("portrait", "landscape"),
    ),
    OptionSpec(
        wire_name="hideTitle",
        label="Hide title",
        kind=Kind.SWITCH,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="Leave the dashboard's title out of the file",
        default=False,
    ),
    OptionSpec(
        wire_name="showFilters",
        label="Show filters",
        kind=Kind.SWITCH,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="Print the filter values that were applied",
        default=True,
    ),
    OptionSpec(
        wire_name="expandTablesToShowAllRows",
        label="Expand tables",
        kind=Kind.SWITCH,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="Show all rows of a table, also those that one would have to scroll to (up to 1,000)",
    ),
    OptionSpec(
        wire_name="singleColumnLayout",
        label="Single column",
        kind=Kind.SWITCH,
        section=Section.PAGE,
        formats=PAGE_FORMATS,
        help="Put the tiles under each other in one column",
    ),
    OptionSpec(
        wire_name="enableFormatting",
        label="Formatting",
        kind=Kind.SWITCH,
        section=Section.DATA,
        formats=DATA_FORMATS,
        help="Write numbers and dates as the dashboard shows them, not as they are stored",
        default=False,
    ),
    OptionSpec(
        wire_name="hideHiddenFields",
        label="Hide hidden fields",
        kind=Kind.SWITCH,
        section=Section.DATA,
        formats=frozenset({Format.XLSX, Format.CSV}),
        help="Leave out the fields that are hidden in the dashboard",
        default=False,
    ),
    OptionSpec(
        wire_name="overrideRowLimit",
        label="Override row limit",
        kind=Kind.SWITCH,
        section=Section.DATA,
        formats=DATA_FORMATS,
        help="Lift the server's default row limit; XLSX and JSON need one tile for it",
        default=False,
        needs_tile_for=frozenset({Format.XLSX, Format.JSON}),
    ),
    OptionSpec(
        wire_name="maxRowLimit",
        label="Row limit",
        kind=Kind.INTEGER,
        section=Section.DATA,
        formats=DATA_FORMATS,
        help="The most rows to export; beyond the server's default only together with the override",
        unset_label="the server's default",
        minimum=1,
        maximum=1_000_000,
    ),
    OptionSpec(
        wire_name="filterConfig",
        label="Filters",
        kind=Kind.FILTERS,
        section=Section.FILTERS,
        formats=EVERY_FORMAT,
        help="Filter values to apply before rendering, as an object of filters by their id",
        unset_label="the dashboard's own",
    ),
    OptionSpec(
        wire_name="filename",
        label="Name",
        kind=Kind.TEXT,
        section=Section.FILE,
        formats=EVERY_FORMAT,
        help="The file's name, without its extension; it may hold {dashboard}, {tile}, {date} and more",
        unset_label="the dashboard's name",
        minimum=1,
        maximum=255,
    ),
    OptionSpec(
        wire_name="userId",
        label="Run as",
        kind=Kind.USER,
        section=Section.FILE,
        formats=EVERY_FORMAT,
        help="Export with the eyes of this user, by membership id; only with an organization key",
        unset_label="myself",
        minimum=1,
        place=Place.QUERY,
        organization_key_only=True,
    ),
)

BY_NAME: Mapping[str, OptionSpec] = MappingProxyType({spec.wire_name: spec for spec in OPTIONS})

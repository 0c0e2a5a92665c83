"""The option table: every option of every format, as in the vendor's API documentation. Data only.

To add an option, add a row: form, command line, payload and rules all read this table and have no list of
their own. The order of the rows is the order in the form, in the payload and of the problems. Help texts end
without a period, to fit a form's hint line and `--help` alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from omni_tui.options.spec import (
    Fix,
    Format,
    Kind,
    OptionSpec,
    OptionWarning,
    Place,
    Section,
)

EVERY_FORMAT = frozenset(Format)
PAGE_FORMATS = frozenset({Format.PDF, Format.PNG})
DATA_FORMATS = frozenset({Format.XLSX, Format.CSV, Format.JSON})

_page_switch = partial(OptionSpec, kind=Kind.SWITCH, section=Section.PAGE, formats=PAGE_FORMATS)
_data_switch = partial(OptionSpec, kind=Kind.SWITCH, section=Section.DATA, formats=DATA_FORMATS)

OPTIONS: tuple[OptionSpec, ...] = (
    OptionSpec(
        wire_name="queryIdentifierMapKey",
        label="Tile",
        kind=Kind.TILE,
        section=Section.CONTENT,
        formats=EVERY_FORMAT,
        help="Export one tile, by its key, instead of the whole dashboard",
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
        help="Page size; fit_page fits everything on one page",
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
        help="Portrait or landscape",
        unset_label="default",
        choices=("portrait", "landscape"),
    ),
    _page_switch("hideTitle", "Hide title", help="Leave out the dashboard's title", default=False),
    _page_switch("showFilters", "Show filters", help="Include the applied filter values", default=True),
    _page_switch("expandTablesToShowAllRows", "Expand tables", help="Include all table rows (up to 1,000)"),
    _page_switch("singleColumnLayout", "Single column", help="Put all tiles in one column"),
    _data_switch(
        "enableFormatting", "Formatting", help="Format numbers and dates as on the dashboard", default=False
    ),
    _data_switch(
        "hideHiddenFields",
        "Hide hidden fields",
        formats=frozenset({Format.XLSX, Format.CSV}),
        help="Leave out fields that are hidden on the dashboard",
        default=False,
    ),
    _data_switch(
        "overrideRowLimit",
        "Override row limit",
        help="Allow more rows than the server's default limit; XLSX and JSON need one tile",
        default=False,
        needs_tile_for=frozenset({Format.XLSX, Format.JSON}),
    ),
    OptionSpec(
        wire_name="maxRowLimit",
        label="Row limit",
        kind=Kind.INTEGER,
        section=Section.DATA,
        formats=DATA_FORMATS,
        help="Maximum number of rows; more than the server's default needs the override",
        unset_label="the server's default",
        minimum=1,
        maximum=1_000_000,
    ),
    OptionSpec(
        wire_name="fresh",
        label="Fresh data",
        kind=Kind.SWITCH,
        section=Section.DATA,
        formats=EVERY_FORMAT,
        help="Query the database, not the cache, which may be six hours old; older servers can't",
        default=False,
        sent_as=("cache", "SkipCache"),  # not on the page; newer servers know it [C]
    ),
    OptionSpec(
        wire_name="filterConfig",
        label="Filters",
        kind=Kind.FILTERS,
        section=Section.FILTERS,
        formats=EVERY_FORMAT,
        help="Filter values to apply before rendering, as an object of filters by ID",
        unset_label="the dashboard's own",
    ),
    OptionSpec(
        wire_name="filename",
        label="Name",
        kind=Kind.TEXT,
        section=Section.FILE,
        formats=EVERY_FORMAT,
        help="File name without extension; may contain {dashboard}, {tile}, {date} and more",
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
        help="Export as this user (membership ID; organization key only)",
        unset_label="myself",
        minimum=1,
        place=Place.QUERY,
        organization_key_only=True,
    ),
)

BY_NAME: Mapping[str, OptionSpec] = MappingProxyType({spec.wire_name: spec for spec in OPTIONS})

OPTION_WARNINGS = (
    # other vendor pages say that the server rejects these two [D, S]
    *(
        OptionWarning(
            name,
            f"The server may reject {what} on fit_page.",
            when={name: True, "paperFormat": "fit_page"},
            fix=Fix("use letter", {"paperFormat": "letter"}),
        )
        for name, what in (
            ("expandTablesToShowAllRows", "expanded tables"),
            ("singleColumnLayout", "a single column"),
        )
    ),
    OptionWarning(
        "filterConfig",
        "Some servers ignore filters in a PNG of a whole dashboard. Check the file.",  # [C]
        when={},
        formats=frozenset({Format.PNG}),
        whole_dashboard_only=True,
    ),
)

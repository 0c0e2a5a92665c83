"""Combinations that may fail although the vendor's API page allows them. Data only, read by the rules.

A clash is a warning, never an error: other vendor pages say the server rejects it, the API page does not, so
the server decides. To add a clash, add a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.options.spec import Fix, Format, OptionValue


@dataclass(frozen=True, slots=True)
class OptionConflict:
    """The server may reject `field` = `value` while `other` is, or defaults to, `other_value`.

    The warning is shown under `field`.
    """

    field: str
    value: OptionValue
    other: str
    other_value: OptionValue
    message: str
    fix: Fix


_USE_LETTER = Fix("use letter", {"paperFormat": "letter"})

OPTION_CONFLICTS: tuple[OptionConflict, ...] = (
    OptionConflict(
        field="expandTablesToShowAllRows",
        value=True,
        other="paperFormat",
        other_value="fit_page",
        message="The server may reject expanded tables on fit_page.",
        fix=_USE_LETTER,
    ),
    OptionConflict(
        field="singleColumnLayout",
        value=True,
        other="paperFormat",
        other_value="fit_page",
        message="The server may reject a single column on fit_page.",
        fix=_USE_LETTER,
    ),
)


@dataclass(frozen=True, slots=True)
class IgnoredOption:
    """Servers have ignored `field`, if it is set, in whole-dashboard exports in that format."""

    field: str
    format: Format
    message: str


IGNORED_OPTIONS: tuple[IgnoredOption, ...] = (
    IgnoredOption(
        field="filterConfig",
        format=Format.PNG,
        message="Some servers ignore filters in a PNG of a whole dashboard. Check the file.",
    ),
)

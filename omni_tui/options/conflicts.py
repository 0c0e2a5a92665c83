"""What goes badly together though the page allows it: data only, read by the rules.

A clash is a warning, never an error: other pages of the vendor say that such a request is refused, the page
that is the contract does not, so the server decides. Adding a clash is adding a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.options.spec import Fix, Format, OptionValue


@dataclass(frozen=True, slots=True)
class Clash:
    """`field` set to `value` may be refused while `other` is `other_value`, or is unset and defaults to it.

    The warning stands under `field`.
    """

    field: str
    value: OptionValue
    other: str
    other_value: OptionValue
    message: str
    fix: Fix


_USE_LETTER = Fix("use letter", {"paperFormat": "letter"})

CLASHES: tuple[Clash, ...] = (
    Clash(
        field="expandTablesToShowAllRows",
        value=True,
        other="paperFormat",
        other_value="fit_page",
        message="The server may refuse expanded tables on fit_page.",
        fix=_USE_LETTER,
    ),
    Clash(
        field="singleColumnLayout",
        value=True,
        other="paperFormat",
        other_value="fit_page",
        message="The server may refuse a single column on fit_page.",
        fix=_USE_LETTER,
    ),
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """`field`, when it is set, was seen to be ignored in whole dashboards of that format."""

    field: str
    format: Format
    message: str


DOUBTS: tuple[Doubt, ...] = (
    Doubt(
        field="filterConfig",
        format=Format.PNG,
        message="Some servers ignore filters in a PNG of a whole dashboard: look at the file.",
    ),
)

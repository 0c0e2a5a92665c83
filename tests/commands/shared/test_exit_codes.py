"""The exit codes."""

from __future__ import annotations

import re

import pytest

import omni_tui.errors
from omni_tui.commands.shared import exit_codes
from omni_tui.commands.shared.exit_codes import Status, UsageError, interrupted_by, status_of, worst
from omni_tui.errors import OmniTuiError


def test_every_class_with_an_exit_code_is_in_the_tree_of_errors() -> None:
    drawn = set(re.findall(r"─ (\w+)", omni_tui.errors.__doc__ or ""))
    assert set(exit_codes._BY_KIND) <= drawn


def test_an_error_has_the_exit_code_of_its_nearest_base_class() -> None:
    class Closer(UsageError):
        pass

    assert status_of(Closer("no")) is Status.USAGE
    assert status_of(OmniTuiError("no")) is Status.FAILED


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ([], Status.SAVED),
        ([Status.SAVED, Status.FAILED], Status.FAILED),
        ([Status.CREDENTIALS, Status.FAILED], Status.CREDENTIALS),
    ],
)
def test_one_exit_code_for_several_downloads(several: list[Status], one: Status) -> None:
    assert worst(several) is one


def test_a_signal_counts_as_in_a_shell() -> None:
    assert (interrupted_by(2), interrupted_by(15)) == (130, 143)

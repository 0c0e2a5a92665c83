"""The parser: what follows -- is never a flag."""

from __future__ import annotations

import pytest

from omni_tui.commands.download.flags.parser import build_parser
from omni_tui.commands.shared.exit_codes import UsageError


def test_words_after_two_dashes_are_dashboards_even_if_they_look_like_flags() -> None:
    parsed = build_parser().parse_words(["one", "--format", "pdf", "two", "--", "-three", "--json", "--"])
    assert parsed.dashboards == ["one", "two", "-three", "--json", "--"]
    assert not parsed.json


def test_words_before_two_dashes_that_look_like_flags_are_rejected() -> None:
    with pytest.raises(UsageError, match="Unrecognized arguments: -three"):
        build_parser().parse_words(["one", "--format", "pdf", "-three"])

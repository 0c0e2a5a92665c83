"""Parses each style sheet once for all tests: Textual parses all of them again for each app."""

from __future__ import annotations

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse_rules = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_once(sheet: Stylesheet, css: str, *where: object, **what: object) -> list[RuleSet]:
    key = (css, where, tuple(what.items()), tuple(sheet._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(sheet, css, *where, **what)
    return _parsed[key]


def parse_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share what was parsed, as one app does with its own: rules never change."""
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_once)

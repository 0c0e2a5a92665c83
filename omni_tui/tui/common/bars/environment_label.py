"""The label that distinguishes production from playground, by color and by word."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from omni_tui.api.urls import Environment

_COLORS = {Environment.PRODUCTION: "$mark", Environment.PLAYGROUND: "$success"}
# The same colors as tones of a list.
TONES: Mapping[Environment | None, str] = {Environment.PRODUCTION: "mark", Environment.PLAYGROUND: "good"}


def environment_content(environment: Environment | None) -> Content:
    """Return the environment's name in its color; empty for localhost and unknown environments."""
    if environment is None or environment not in _COLORS:
        return Content("")
    return Content.styled(environment.value, f"bold {_COLORS[environment]}")


def environment_label(environment: Environment | None) -> str:
    """Return the environment's name without color; empty for localhost and unknown environments."""
    return environment_content(environment).plain

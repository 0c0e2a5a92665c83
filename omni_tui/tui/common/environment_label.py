"""Production told apart from playground: by a colour, and by a word for those who see none."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from omni_tui.api.urls import Environment

_COLOURS = {Environment.PRODUCTION: "$mark", Environment.PLAYGROUND: "$success"}
# The same colours in a list, by the names that it has for them.
TONES: Mapping[Environment | None, str] = {Environment.PRODUCTION: "mark", Environment.PLAYGROUND: "good"}


def environment_content(environment: Environment | None) -> Content:
    """The word in its colour; nothing for this machine itself, and where nobody knows."""
    if environment is None or environment not in _COLOURS:
        return Content("")
    return Content.styled(environment.value, f"bold {_COLOURS[environment]}")


def environment_word(environment: Environment | None) -> str:
    """The word alone."""
    return environment.value if environment in _COLOURS else ""

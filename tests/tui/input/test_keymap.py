"""Keys from the settings: invalid entries are reported, and the others still apply."""

from __future__ import annotations

from typing import Any

import pytest

from omni_tui.tui.common.key_labels import DEFAULT_KEYS
from omni_tui.tui.input.keymap import (
    PLACES,
    PREFIXES,
    TMUX_KEYS,
    checked_keymap,
    is_key,
    known_bindings,
    long_name,
)
from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_text, wait_for_text


def told(**wanted: str) -> list[str]:
    return checked_keymap(wanted)[1]


def test_valid_entries_are_used_without_a_message() -> None:
    wanted = {"reload": "f9", "select": "m, insert", "help": "ctrl+k"}
    assert checked_keymap(wanted) == ({"reload": "f9", "select": "m,insert", "help": "ctrl+k"}, [])


def test_an_unknown_action_is_reported_with_the_closest_name() -> None:
    keymap, words = checked_keymap({"relaod": "f9", "reload": "f10"})
    assert keymap == {"reload": "f10"}
    assert words == ["[keymap] relaod: unknown action. Did you mean reload?"]
    assert "Choose one of: again-job, " in told(zzzz="f9")[0]


@pytest.mark.parametrize(
    "key", ["", " ", "no such key", "ctrl+", "+", "strg+x", "🔥", "[red]", "ctrl++x", "f99x"]
)
def test_an_invalid_key_is_reported_and_the_default_stays(key: str) -> None:
    assert not is_key(key.strip())
    assert checked_keymap({"reload": key}) == ({}, [f"[keymap] reload: {key.strip()!r} isn't a valid key."])


@pytest.mark.parametrize("key", ["x", "Y", "f12", "ctrl+e", "?", "question_mark", "ctrl+shift+up", "é", "7"])
def test_key_names(key: str) -> None:
    assert is_key(key)


def test_one_key_for_two_actions_in_one_place_is_reported() -> None:
    assert told(reload="slash") == ["[keymap] reload: slash is already used for search."]
    assert told(reload="/") == ["[keymap] reload: slash is already used for search."]
    assert told(export="f6") == ["[keymap] export: f6 is already used for fix."]


def test_one_key_for_two_actions_in_different_places_is_allowed() -> None:
    assert told(reload="y", export="f12") == []


def test_a_global_key_conflicts_with_every_place() -> None:
    (words,) = told(help="r")
    assert words == "[keymap] help: r is already used for reload, retry."


def test_list_keys_conflict_too() -> None:
    assert told(reload="down") == ["[keymap] reload: down is already used for a fixed key."]


def test_two_swapped_keys_do_not_conflict() -> None:
    assert told(downloads="f4", requests="f3") == []


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_key_that_the_multiplexer_uses_is_reported(prefix: str) -> None:
    _, words = checked_keymap({"reload": prefix}, prefix)
    assert words == [f"[keymap] reload: {PREFIXES[prefix]} uses {prefix}. Choose another key."]


def test_the_tmux_keys_have_no_conflicts_and_use_no_prefix() -> None:
    keymap, words = checked_keymap(TMUX_KEYS)
    assert (keymap, words) == (dict(TMUX_KEYS), [])
    assert not {key for keys in keymap.values() for key in keys.split(",")} & set(PREFIXES)


def test_no_binding_uses_the_prefix_of_tmux_or_screen() -> None:
    for use in known_bindings():
        assert use.keys - set(PREFIXES), use


def test_the_tmux_keys_keep_every_default_key() -> None:
    keys: dict[str, set[str]] = {}
    for use in known_bindings():
        keys.setdefault(use.name, set()).update(use.keys)
    for name, text in TMUX_KEYS.items():
        assert keys[name] <= set(text.split(","))


def test_every_place_is_an_existing_class() -> None:
    from textual.dom import DOMNode

    from omni_tui.tui.input.keymap import _subclasses

    list(known_bindings())  # which loads them all
    assert set(PLACES) <= {each.__name__ for each in _subclasses(DOMNode)}


async def in_the_footer(services: FakeServices, terminal: Terminal | None = None) -> tuple[str, list[str]]:
    """Return the footer, and the messages about keys."""
    app = fake_app(services)
    async with app.run_test(size=(120, 24)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        if terminal is not None:
            app.terminal = terminal
        settings: Any = services.settings
        words = await app.use_key_settings(settings)
        await pilot.pause()
        await wait_for_text(pilot, "help")
        return screen_text(pilot).splitlines()[-1], words


def services_with(**settings: object) -> FakeServices:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    for name, value in settings.items():
        setattr(services.settings, name, value)
    return services


TMUX = Terminal(Kind.XTERM, Multiplexer.TMUX)


async def test_tmux_keys_are_detected_inside_tmux() -> None:
    assert "F3 downloads" in (await in_the_footer(services_with()))[0]
    assert "^t downloads" in (await in_the_footer(services_with(), TMUX))[0]
    assert "F3 downloads" in (await in_the_footer(services_with(keys="plain"), TMUX))[0]
    assert "^t downloads" in (await in_the_footer(services_with(keys="tmux")))[0]


async def test_configured_keys_override_the_tmux_keys() -> None:
    footer, words = await in_the_footer(services_with(keymap={"downloads": "ctrl+b"}), TMUX)
    assert "^b downloads" in footer
    assert words == ["[keymap] downloads: tmux uses ctrl+b. Choose another key."]


async def test_the_form_shows_the_keys_in_use() -> None:
    app = fake_app(services_with())
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for_text(pilot, "Blob Web Traffic")
        app.set_keymap({"export": "f9", "fix": "ctrl+k"})
        await pilot.press("enter")
        await wait_for_text(pilot, "Export  f9")
        await wait_for_text(pilot, "^k create the folder")


def test_keys_in_sentences_are_the_default_ones() -> None:
    keys = {name: use.keys for use in known_bindings() if (name := use.name)} | {"palette": {"ctrl+p"}}
    assert [name for name, key in DEFAULT_KEYS.items() if long_name(key) not in keys[name]] == []

"""Saves an address and a token that work as a profile, in the system's keyring or in config.toml."""

from __future__ import annotations

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from omni_tui.api.models import KeyKind
from omni_tui.connection_check import CheckedConnection
from omni_tui.daemon_threads import run_in_daemon_thread
from omni_tui.formatting import display_path
from omni_tui.settings.config_file.save import name_problem, save_profile
from omni_tui.settings.connection import connection_variables
from omni_tui.settings.errors import SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.profiles import is_same_instance
from omni_tui.settings.tokens import Keyring, forget_in_keyring, keep_in_keyring, look_for_keyring
from omni_tui.tui.common.choices import Choice, RadioLine
from omni_tui.tui.common.text import content
from omni_tui.tui.connection.known_profiles import Profile, short_address

_KEYRING, _FILE = Choice("keyring", "the system's keyring"), Choice("file", "the file")


class TokenStorage(Vertical):
    """The choice between keyring and file, or the reason why the keyring can't be used."""

    def __init__(self) -> None:
        super().__init__(id="token-place")
        self._choice = RadioLine((_KEYRING, _FILE), "Where to store the API key", id="token-choice")
        self._words = Static("", id="token-words")
        self._keyring: Keyring | None = None
        self._is_known = asyncio.Event()

    def compose(self) -> ComposeResult:
        """Compose the choice, and the explanation."""
        with Horizontal(id="token-choice-line"):
            yield Static(Content.styled("Store in", "$muted"), classes="setup-label")
            yield self._choice
        yield self._words

    def on_mount(self) -> None:
        """Show that the keyring is being checked."""
        self._show()

    async def look(self) -> None:
        """Check for a keyring, which may take some seconds."""
        self._keyring = await run_in_daemon_thread(lambda: look_for_keyring())
        self._is_known.set()
        self._show()

    async def in_keyring(self) -> bool:
        """Return whether to store the token in the keyring; waits until that is known."""
        await self._is_known.wait()
        return self._has_keyring and self._choice.chosen == _KEYRING

    @property
    def _has_keyring(self) -> bool:
        return self._keyring is not None and self._keyring.answers

    def _show(self) -> None:
        self.query_one("#token-choice-line").display = self._has_keyring
        self._words.display = not self._has_keyring
        self._words.update(self._words_on_token())

    def _words_on_token(self) -> Content:
        if self._keyring is None:
            return Content.styled("The API key is saved there, too. Checking for a keyring …", "$muted")
        why = f"The API key is saved there, too: {self._keyring.why_not}"
        return content(why, "$muted")

    @staticmethod
    def save_hint(name: str, known: Profile | None, checked: CheckedConnection | None) -> Content:
        """Return what enter does with that name, or why the name is invalid."""
        if not name:
            return Content.styled("Leave blank to continue without saving", "$muted")
        if problem := name_problem(name):
            return content(f"✗ {problem}", "$error")
        if variables := connection_variables():
            verbs, it = (("is", "overrides"), "it") if len(variables) == 1 else (("are", "override"), "them")
            names = ", ".join(variables)
            message = f"! {names} {verbs[0]} set in your shell and {verbs[1]} this profile; unset {it} first"
            return content(message, "$warning")
        if known is not None and checked is not None and known.root != checked.root:
            return content(
                f"! Press Enter to replace the profile {name}, which is for {known.instance}", "$warning"
            )
        where = display_path(config_folder() / "config.toml")
        what = (
            "Press Enter to save the new key in"
            if known is not None
            else "Press Enter to save the profile in"
        )
        return content(f"{what} {where}", "$muted")


async def keep(checked: CheckedConnection, name: str, token: str, *, in_keyring: bool) -> str:
    """Save a profile; return a message about it. Raises SettingsError."""
    return await run_in_daemon_thread(partial(_keep, checked, name, token, in_keyring))


def _keep(checked: CheckedConnection, name: str, token: str, in_keyring: bool) -> str:
    address = short_address(checked.root)
    values: dict[str, str | bool] = {"base_url": address}
    if checked.identity.kind is not KeyKind.UNKNOWN:
        values["key_kind"] = checked.identity.kind.name.lower()
    if in_keyring:
        keep_in_keyring(address, name, token)
        values["token_keyring"] = True
    else:
        values["api_token"] = token
    address_before = _address_in_keyring(name)
    path = display_path(save_profile(name, values))
    if address_before and not (in_keyring and is_same_instance(address_before, address)):
        forget_in_keyring(address_before, name)
    if in_keyring:  # without the path, to fit 76 columns
        return f"Saved as {name}, with its API key in the system's keyring"
    return f"Saved as {name} in {path} (readable only by you)"


def _address_in_keyring(name: str) -> str:
    """Return the address under which the keyring has this profile's token; empty if it has none."""
    from omni_tui.settings.models import read_own_config

    try:
        own = read_own_config()
    except SettingsError:  # saving reports it
        return ""
    values = {**own.shared, **own.profiles.get(name, {})}
    return str(values.get("base_url") or "") if values.get("token_keyring") else ""

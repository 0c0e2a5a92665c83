"""The setup screen: asks for an address and a token, checks them, and saves them as a profile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from omni_tui.api.urls import AddressError, api_root
from omni_tui.errors import OmniTuiError
from omni_tui.launch_options import Arguments
from omni_tui.settings.errors import MissingCredentials
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header, environment_content
from omni_tui.tui.common.screens.paned_screen import WIDTHS
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.text import content
from omni_tui.tui.common.work import run_in_background, start_work
from omni_tui.tui.connection.known_profiles import (
    DEMO,
    KnownProfiles,
    Profile,
    proposed_name,
    read_known_profiles,
    short_address,
)
from omni_tui.tui.connection.profiles_screen import ProfileList
from omni_tui.tui.connection.setup_fields import PasteInput, SetupField, SetupInput, TokenInput
from omni_tui.tui.connection.setup_save import TokenStorage, keep
from omni_tui.tui.connection.switching import arguments_for, switch
from omni_tui.tui.host import Host, host_of

if TYPE_CHECKING:
    from omni_tui.connection_check import CheckedConnection

_ADDRESS_HELP = "As in your browser, or just the name (blobsrus)"
_TOKEN_HELP = "Organization key or personal access token"
# The minimum height for blank lines between the fields.
_HEIGHTS = [(0, "-low"), (22, "-high")]
_RETRY = "Retry"


class SetupScreen(Screen[None]):
    """`error` is why the setup opened, if any; `profile` gets a new key, or None for a new profile."""

    CSS_PATH = Path(__file__).parent.parent / "theme" / "styles" / "setup.tcss"
    AUTO_FOCUS = "#address"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", key_display="escape", tooltip="Back to the dashboards", id="back"),
        Binding("up", "step(-1)", "Previous field", show=False),
        Binding("down", "step(1)", "Next field", show=False),
        Binding("f8,ctrl+r", "retry", "retry", key_display="F8", tooltip=_RETRY, id="retry"),
    ]

    def __init__(self, error: OmniTuiError | None = None, profile: Profile | None = None) -> None:
        super().__init__()
        self._error = error
        self._profile = profile
        self._known_profiles = KnownProfiles()
        self._checked: CheckedConnection | None = None
        self._address = SetupField("Address", PasteInput(id="address"), help_words=_ADDRESS_HELP)
        self._token = SetupField("API key", TokenInput(id="token"), help_words=_TOKEN_HELP)
        self._saving = SetupField("Save as", SetupInput(id="profile-name"), id="save")
        self._keeping = TokenStorage()
        self._result = Static("", id="setup-result")
        self._choices = ProfileList(id="profile-choices")

    @property
    def omni(self) -> Host:
        """The application."""
        return host_of(self)

    @property
    def _is_first_time(self) -> bool:
        """Whether there is no address yet, which isn't an error."""
        return isinstance(self._error, MissingCredentials) and not self._error.lacks_token

    @property
    def token(self) -> str:
        """The token, cleaned."""
        return cast(TokenInput, self._token.line).token

    def compose(self) -> ComposeResult:
        """Compose the address and the token, the result, where to save, and the other profiles."""
        yield Header()
        with VerticalScroll(classes="frame", id="setup", can_focus=False) as frame:
            frame.border_title = "New API key" if self._profile else "Connect to your Omni"
            frame.border_subtitle = "ctrl+q quit"
            yield self._address
            yield self._token
            yield self._result
            with Vertical(id="keeping"):
                yield self._saving
                yield self._keeping
            yield Static(Content.styled("Or continue with", "$heading"), id="choices-heading")
            yield self._choices
        yield Footer()

    def on_mount(self) -> None:
        """Show the error, and read the existing profiles."""
        self.query_one("#keeping").display = False
        self._show_profiles(())
        if self._profile is not None:
            self._address.line.value = short_address(self._profile.root)
            self._token.line.focus()
        if self._error is not None and not self._is_first_time:
            self._show_error(self._error, is_first=True)
        start_work(self, "load profiles", self._load_profiles)
        start_work(self, "look for keyring", self._keeping.look)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer back only if services are open, and retry only after an error."""
        if action == "back":
            return self.omni.services is not None
        if action == "retry":
            return self._error is not None and not self._is_first_time
        return True

    # existing profiles

    async def _load_profiles(self) -> None:
        known = self._known_profiles = await asyncio.to_thread(read_known_profiles, self.omni.arguments)
        if known.settings is not None:
            await self.omni.use_settings(known.settings)
        if self._error is not None and known.address and not self._address.line.value:
            self._address.line.value = known.address
            self._token.line.focus()
        self._show_profiles(known.profiles)
        self.refresh_bindings()

    def _show_profiles(self, profiles: Iterable[Profile]) -> None:
        choices: list[Profile] = [*(each for each in profiles if each.root), DEMO]
        self._choices.set_rows(choices, keep_cursor=self._choices.has_focus)
        self._choices.styles.height = len(choices)

    # input

    @on(Input.Changed, "#address")
    def _address_typed(self) -> None:
        self._forget_check()
        typed = self._address.line.value.strip()
        try:
            root = api_root(typed)
        except AddressError:
            self._address.show_help()
            return
        shown = content(f"→ {short_address(root)}", "$muted")
        self._address.show_help(shown if short_address(root) != typed else None)

    @on(Input.Changed, "#token")
    def _token_typed(self) -> None:
        self._forget_check()
        count = len(self.token)
        noun = "character" if count == 1 else "characters"
        self._token.show_help(Content.styled(f"{count:,} {noun}", "$muted") if count else None)

    def _forget_check(self) -> None:
        if self._checked is not None:
            self._checked = None
            self.query_one("#keeping").display = False
        self._result.update("")

    @on(Input.Changed, "#profile-name")
    def _name_typed(self) -> None:
        self._show_save_hint()

    # the check

    def action_continue(self) -> None:
        """Go from the address to the token, then check them; from the name, save and connect."""
        if self.focused is self._saving.line and self._checked is not None:
            start_work(self, "keep", self._save_and_continue)
        elif self.focused is self._token.line or self.token:
            self._check()
        elif self._has_address():
            self._token.line.focus()

    def _has_address(self) -> bool:
        try:
            api_root(self._address.line.value)
        except AddressError as error:
            self._address.show_error(error, error.hint)
            self._address.line.focus()
            return False
        return True

    def _check(self) -> None:
        if not self._has_address():
            return
        if not self.token:
            missing = OmniTuiError("The API key is missing.", "")
            self._token.show_error(missing, "Paste an organization key or a personal access token.")
            self._token.line.focus()
            return
        self._result.update(Content.styled("Connecting …", "$muted"))
        start_work(self, "check", self._run_check)

    async def _run_check(self) -> None:
        from omni_tui.connection_check import check

        address, token = self._address.line.value, self.token
        try:
            checked = await check(
                address,
                token,
                timeout_seconds=self._known_profiles.timeout_seconds,
                log_file=self.omni.arguments.log_file,
            )
        except OmniTuiError as error:
            outcome = partial(self._show_error, error)
        else:
            outcome = partial(self._show_checked, checked)
        if (address, token) == (self._address.line.value, self.token):  # still the same input
            outcome()

    def _show_error(self, error: OmniTuiError, *, is_first: bool = False) -> None:
        """Show an error below the field that it is about."""
        from omni_tui.connection_check import InvalidInput, invalid_input, suggested_fix

        self._result.update("")
        to_blame = invalid_input(error)
        if to_blame is InvalidInput.NEITHER:
            message = content(f"✗ {error.message}", "$error")
            self._result.update(Content.assemble(message, "  ", content(error.hint)))
            return
        field = self._token if to_blame is InvalidInput.TOKEN else self._address
        field.show_error(error, suggested_fix(error))
        if not is_first:
            field.line.focus()

    def _show_checked(self, checked: CheckedConnection) -> None:
        self._checked = checked
        self._result.update(
            Content.assemble(
                ("● ", "$success"),
                content(checked.instance, "bold"),
                content(f" · {checked.identity.kind.value}", "$muted"),
                "  ",
                environment_content(checked.environment),
            )
        )
        self._address.show_help(content(f"→ {short_address(checked.root)}", "$muted"))
        self.query_one("#keeping").display = True
        self._saving.line.value = self._proposed_name(checked)
        self._show_save_hint()
        self._saving.line.focus()

    def _proposed_name(self, checked: CheckedConnection) -> str:
        """Return the name of the profile that gets a new key if it is for the same Omni, or a new name."""
        if self._profile is not None and self._profile.root == checked.root:
            return self._profile.name
        return proposed_name(checked.root, self._known_profiles.profiles)

    # saving

    def _show_save_hint(self) -> None:
        name = self._saving.line.value.strip()
        self._saving.show_help(self._keeping.save_hint(name, self._known_profiles.find(name), self._checked))

    async def _save_and_continue(self) -> None:
        checked, name, token = self._checked, self._saving.line.value.strip(), self.token
        if checked is None:
            return
        message = ""
        if name:
            try:
                message = await keep(checked, name, token, in_keyring=await self._keeping.in_keyring())
            except OmniTuiError as error:
                self._saving.show_error(error, error.hint)
                return
        address = short_address(checked.root)
        to_here = arguments_for(self.omni.arguments, profile=name or None, base_url=address, token=token)
        self._switch(replace(to_here, dashboard=self.omni.arguments.dashboard))
        if message:
            self.omni.show_status(message)

    def _switch(self, arguments: Arguments) -> None:
        """Switch in a worker of the application, because this screen's workers end with it."""
        app = self.omni
        self.dismiss()
        app.call_later(run_in_background, app, partial(switch, app, arguments))

    # other profiles

    @on(ProfileList.UpPressedAtTop)
    def _list_left(self) -> None:
        self.action_step(-1)

    @on(RowList.Selected, "#profile-choices")
    def _profile_chosen(self, event: RowList.Selected) -> None:
        start_work(self, "keep", partial(self._use, event.row))

    async def _use(self, profile: object) -> None:
        if isinstance(profile, Profile) and not profile.is_demo:
            self._switch(arguments_for(self.omni.arguments, profile=profile.name))
            return
        from omni_tui.demo.server import missing_module

        if missing := await asyncio.to_thread(missing_module):
            from omni_tui.demo.errors import MissingExtra

            self._show_error(MissingExtra(missing))
        else:
            self._switch(arguments_for(self.omni.arguments, demo=True))

    # focus

    @property
    def _stops(self) -> list[Widget]:
        return [each for each in self.focus_chain if each.display]

    def action_step(self, way: int) -> None:
        """Focus the previous or next field."""
        stops = self._stops
        if self.focused is not None and self.focused in stops:
            index = stops.index(self.focused) + way
            if 0 <= index < len(stops):
                stops[index].focus()

    def action_back(self) -> None:
        """Close the setup without changes."""
        self.dismiss()

    async def action_retry(self) -> None:
        """Read the settings again and retry."""
        self.dismiss()
        await self.omni.reopen_services()

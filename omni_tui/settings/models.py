"""The settings, their defaults, and the order of their sources.

Arguments win over the environment (`OMNI_TUI_…` for every setting; `OMNI_BASE_URL`, `OMNI_API_TOKEN` and
`OMNI_API_KEY`, which the vendor's tools know too), which wins over the profile in `config.toml`, which wins
over the vendor tool's profiles.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pydantic_settings
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from omni_tui.settings.connection import ENVIRONMENT_PREFIX, Connection, connect, variable, without_quotes
from omni_tui.settings.errors import MissingCredentials, NoTokenFrom, SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.profiles import Selection, read_vendor_config, select
from omni_tui.settings.tokens import token_from_command, token_from_keyring
from omni_tui.settings.toml_file import ConfigFile, read_config_file

# What is a table, and in the environment a JSON object.
_TABLES = ("keymap", "themes")
# What is found out, and not set in a file.
FOUND_OUT = frozenset({"notices", "command_trouble"})
NOT_IN_FILES = FOUND_OUT | {"profile"}


class Settings(BaseSettings):
    """All settings. `load_settings` makes one; it reads the files and the environment."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    base_url: str | None = None
    """The address of the Omni, in any form that people type; `api.addresses.api_root` reads it."""

    api_token: SecretStr | None = None
    """An organization key or a personal access token, for that address."""

    token_command: str | None = None
    """A command that prints the token, such as `pass show omni`: run without a shell, when it is needed."""

    token_keyring: bool = False
    """Whether the token is in the system's keyring, where `omni-tui` has put it for this profile."""

    key_kind: Literal["organization", "personal"] | None = None
    """What kind of key the token is, where its look and the server's answers mislead."""

    environment: Literal["production", "playground"] | None = None
    """Whether it matters what is done there; the address tells it where this does not."""

    profile: str = ""
    """The name of the profile in use; empty for none."""

    requests_per_minute: int = Field(60, ge=1, le=100_000)
    """How many requests the key may send in any minute: 60, or 500 where the vendor has raised it."""

    timeout_seconds: float = Field(30.0, gt=0, le=3600, allow_inf_nan=False)
    """How long to wait for a connection, and for each piece of an answer."""

    job_timeout_seconds: float = Field(1800.0, gt=0, allow_inf_nan=False)
    """How long an export may take from its start to its file."""

    download_dir: Path | None = None
    """Where files go; the current folder if it is not set. `~` is the home folder."""

    manifest: bool = False
    """Whether a small file beside each saved one says how it was made."""

    theme: str | None = None
    """The name of a Textual theme; our own if it is not set."""

    keymap: dict[str, str] = Field(default_factory=dict)
    """Keys by the id of what they do."""

    themes: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Themes of one's own, by their names: colours by the names of what they are for."""

    keys: Literal["plain", "tmux"] | None = None
    """A ready set of keys, for those inside tmux or screen; found out if it is not set."""

    terminal: (
        Literal["xterm", "iterm2", "wezterm", "kitty", "ghostty", "foot", "urxvt", "vte", "console"] | None
    ) = None
    """The terminal at the other end, where it cannot be found out (`tui.terminal.kinds`)."""

    bell: bool = True
    """Whether the terminal's bell rings when an export has ended that took long."""

    notification: bool = True
    """Whether the desktop at the other end is told of it."""

    mouse: bool = True
    """Whether the mouse works in the program; if not, it selects text, as elsewhere in the terminal."""

    animation: bool = False
    """Whether things may glide; it costs bytes."""

    ascii: bool | None = None
    """Whether only ASCII is written, as to a terminal without UTF-8; found out if it is not set."""

    scp_host: str | None = None
    """How the laptop reaches this machine, for scp lines; what the connection shows if it is not set."""

    notices: tuple[str, ...] = ()
    """What the user should know of the settings, in sentences; found out while they are read."""

    command_trouble: str = ""
    """Why `token_command` must not be run; found out while the settings are read."""

    @field_validator("api_token", mode="before")
    @classmethod
    def _without_surroundings(cls, token: object) -> object:
        """Without the spaces, line breaks and quotes that a paste or a file brings along."""
        return without_quotes(token) or None if isinstance(token, str) else token

    @field_validator("download_dir")
    @classmethod
    def _at_home(cls, folder: Path | None) -> Path | None:
        try:
            return folder.expanduser() if folder else None
        except RuntimeError:
            raise ValueError("there is no such home folder") from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources, the first one winning."""
        return init_settings, env_settings, _Profiles(settings_cls)


class _Profiles(PydanticBaseSettingsSource):
    """`config.toml` and the vendor tool's profiles."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return nothing: all settings are given at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return selection_of(self.current_state.get("profile")).settings()


def read_own_config() -> ConfigFile:
    """Our own `config.toml`. Raises SettingsError."""
    return read_config_file(frozenset(Settings.model_fields) - NOT_IN_FILES)


def selection_of(profile: str | None) -> Selection:
    """The profile of that name, else the default one, and where its settings are. Raises SettingsError."""
    return select(profile or "", read_own_config(), read_vendor_config())


def asked_by_environment() -> str:
    """The profile that a variable names; empty for none."""
    return variable(f"{ENVIRONMENT_PREFIX}PROFILE")[1]


def connection_of(
    selection: Selection,
    *,
    profile: str | None,
    base_url: str | None,
    api_token: str | None = None,
    is_chosen_here: bool = False,
) -> Connection:
    """The address and the token of `load_settings`, with the sources that they are from."""
    return connect(
        selection,
        base_url=base_url,
        api_token=api_token,
        is_profile_asked=bool(profile),
        reads_environment=not (profile and is_chosen_here),
    )


def load_settings(
    *,
    profile: str | None = None,
    base_url: str | None = None,
    api_token: str | None = None,
    is_chosen_here: bool = False,
) -> Settings:
    """The settings from all sources; the arguments win. Raises SettingsError, naming where the mistake is.

    `is_chosen_here`: the profile was chosen in the program itself, so what it says of the connection wins
    over the environment, which was there before.
    """
    selection = selection_of(profile or ("" if is_chosen_here else asked_by_environment()))
    connection = connection_of(
        selection,
        profile=profile,
        base_url=base_url,
        api_token=api_token,
        is_chosen_here=is_chosen_here,
    )
    given = connection.settings()
    given["notices"] = (*selection.notices, *connection.notices)
    given["command_trouble"] = _command_trouble(selection, connection)
    if profile or is_chosen_here:
        given["profile"] = profile or ""  # none, whatever the default is
    if profile and is_chosen_here:
        chosen = selection.settings()
        given |= {name: chosen.get(name) for name in ("key_kind", "environment")}
    try:
        return Settings(**given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _wrong_value(str(fault["loc"][0]), fault["msg"], selection, connection) from None
    except pydantic_settings.SettingsError as error:  # only tables are written in JSON
        name = next((each for each in _TABLES if each in str(error)), _TABLES[0])
        raise SettingsError(f"{ENVIRONMENT_PREFIX}{name.upper()} is not a JSON object of texts.") from None


def require_credentials(settings: Settings) -> tuple[str, str]:
    """The address and the token itself, for the client. It may ask a command or the keyring: use a thread.

    Raises MissingCredentials, which says what to set, or NoTokenFrom.
    """
    where = f"or a profile in {config_folder() / 'config.toml'}."
    if not settings.base_url:
        raise MissingCredentials("The address of your Omni is not set.", f"Set OMNI_BASE_URL, {where}")
    if settings.api_token is not None:
        return settings.base_url, settings.api_token.get_secret_value()
    if settings.token_command and settings.command_trouble:
        raise NoTokenFrom(
            f"token_command was not run: others can change {config_folder() / 'config.toml'}.",
            settings.command_trouble,
        )
    if settings.token_command:
        return settings.base_url, token_from_command(settings.token_command)
    if settings.token_keyring:
        return settings.base_url, token_from_keyring(settings.base_url, settings.profile)
    hint = " ".join([*settings.notices, f"Set OMNI_API_TOKEN together with OMNI_BASE_URL, {where}"])
    missing = MissingCredentials(f"There is no token for {settings.base_url}.", hint)
    missing.lacks_token = True
    raise missing


def token_wait_words(settings: Settings) -> str:
    """What is waited for where the token takes long to come; empty where it is at hand."""
    if settings.api_token is not None:
        return ""
    if settings.token_command:
        return "Waiting for the token_command: what it asks may have to be unlocked."
    return "Waiting for the system's keyring: it may have to be unlocked." if settings.token_keyring else ""


def _command_trouble(selection: Selection, connection: Connection) -> str:
    """What to fix before a command out of our own file is run: anybody who can write it chose the command."""
    offer, opening = connection.offer("token_command"), selection.own.opening
    is_from_file = offer is not None and offer.place is not None
    return opening.fix if is_from_file and opening is not None else ""


def _wrong_value(name: str, reason: str, selection: Selection, connection: Connection) -> SettingsError:
    """A setting that means nothing, where it stands; the value is not quoted, it may be a token."""
    reason = reason.removeprefix("Value error, ").replace("Input should be", "it should be")
    offer = connection.offer(name)
    spelled = offer.variable if offer else variable(f"{ENVIRONMENT_PREFIX}{name.upper()}")[0]
    if spelled:
        return SettingsError(f"{spelled}: {reason}.")
    return selection.own.error(selection.table_with(name), name, f"{name}: {reason}.")

"""The settings, their defaults, and the order of their sources.

Arguments win over the environment (`OMNI_TUI_…` for every setting; `OMNI_BASE_URL`, `OMNI_API_TOKEN` and
`OMNI_API_KEY`, which the vendor's tools read too). The environment wins over the profile in `config.toml`,
which wins over the vendor CLI's profiles.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pydantic_settings
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from omni_tui.settings.config_file.read import ConfigFile, read_config_file
from omni_tui.settings.connection import ENVIRONMENT_PREFIX, Connection, connect, variable, without_quotes
from omni_tui.settings.errors import MissingCredentials, NoTokenFrom, SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.profiles import Selection, read_vendor_config, select
from omni_tui.settings.tokens import token_from_command, token_from_keyring

# Settings that are a table, or a JSON object in the environment.
_TABLES = ("keymap", "themes")
# Values that are determined while the settings are read.
COMPUTED_FIELDS = frozenset({"notices", "command_trouble", "is_profile_overridden"})
NOT_IN_FILES = COMPUTED_FIELDS | {"profile"}


class Settings(BaseSettings):
    """All settings. `load_settings` reads them from the files and the environment."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    base_url: str | None = None
    """The address of the Omni server, in any form that a user may type; see `api.urls`."""

    api_token: SecretStr | None = None
    """An organization key or a personal access token, for that address."""

    token_command: str | None = None
    """A command that prints the token, such as `pass show omni`. It is run without a shell, when needed."""

    token_keyring: bool = False
    """Whether `omni-tui` saved this profile's token in the system's keyring."""

    key_kind: Literal["organization", "personal"] | None = None
    """The kind of key, if the token and the server's responses mislead."""

    environment: Literal["production", "playground"] | None = None
    """Whether the server is for production; by default, the address decides."""

    profile: str = ""
    """The name of the profile in use; empty for none."""

    requests_per_minute: int = Field(60, ge=1, le=100_000)
    """The key's rate limit in requests per minute: 60, or 500 if the vendor has raised it."""

    timeout_seconds: float = Field(30.0, gt=0, le=3600, allow_inf_nan=False)
    """How long to wait for a connection, and for each part of a response."""

    job_timeout_seconds: float = Field(1800.0, gt=0, allow_inf_nan=False)
    """How long an export may take."""

    download_dir: Path | None = None
    """Where files are saved; by default the current folder. `~` is the home folder."""

    manifest: bool = False
    """Whether to write a manifest beside each saved file that says how it was made."""

    theme: str | None = None
    """The name of a Textual theme; by default our own."""

    keymap: dict[str, str] = Field(default_factory=dict)
    """Keys by action ID."""

    themes: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Custom themes by name: colors by what they are for."""

    keys: Literal["plain", "tmux"] | None = None
    """A set of keys, one of them for tmux and screen; detected by default."""

    terminal: (
        Literal["xterm", "iterm2", "wezterm", "kitty", "ghostty", "foot", "urxvt", "vte", "console"] | None
    ) = None
    """The user's terminal, if it can't be detected (`tui.terminal.detect`)."""

    bell: bool = True
    """Whether the terminal's bell rings when a long export ends."""

    notification: bool = True
    """Whether the user's desktop shows a notification when a long export ends."""

    mouse: bool = True
    """Whether the mouse works in the program; if not, it selects text."""

    animation: bool = False
    """Whether animations are shown, which send more bytes."""

    ascii: bool | None = None
    """Whether only ASCII is shown, for terminals without UTF-8; detected by default."""

    scp_host: str | None = None
    """This machine's name for scp commands; by default, the address of the SSH connection."""

    notices: tuple[str, ...] = ()
    """What the user should know about the settings, in sentences; determined while they are read."""

    is_profile_overridden: bool = False
    """Whether the address or the token comes from the environment, although there may be a profile."""

    command_trouble: str = ""
    """Why `token_command` must not be run; determined while the settings are read."""

    @field_validator("api_token", mode="before")
    @classmethod
    def _without_surroundings(cls, token: object) -> object:
        """Remove the spaces, line breaks and quotes of a paste or a file."""
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
        """Return the sources; the first one wins. The last are `config.toml` and the vendor's profiles."""
        profile = init_settings().get("profile", profile_from_environment())
        profiles = InitSettingsSource(settings_cls, selection_of(profile).settings())
        return init_settings, env_settings, profiles


def read_own_config() -> ConfigFile:
    """Read our own `config.toml`. Raises SettingsError."""
    return read_config_file(frozenset(Settings.model_fields) - NOT_IN_FILES)


def selection_of(profile: str | None) -> Selection:
    """Select the profile with that name, or the default one. Raises SettingsError."""
    return select(profile or "", read_own_config(), read_vendor_config())


def profile_from_environment() -> str:
    """Return the profile that the environment names, or an empty text."""
    return variable(f"{ENVIRONMENT_PREFIX}PROFILE")[1]


def load_settings(
    *,
    profile: str | None = None,
    base_url: str | None = None,
    api_token: str | None = None,
    is_chosen_here: bool = False,
) -> Settings:
    """Load the settings from all sources; the arguments win. Raises SettingsError, which names the place.

    `is_chosen_here`: the user chose the profile in the program, so its connection wins over the environment.
    """
    selection = selection_of(profile or ("" if is_chosen_here else profile_from_environment()))
    connection = connect(
        selection,
        base_url=base_url,
        api_token=api_token,
        is_profile_chosen=bool(profile),
        reads_environment=not (profile and is_chosen_here),
    )
    given = connection.settings()
    given["notices"] = (*selection.notices, *connection.notices)
    given["is_profile_overridden"] = any(each.variable for each in connection.used)
    given["command_trouble"] = _command_trouble(selection, connection)
    if profile or is_chosen_here:
        given["profile"] = profile or ""  # empty: no profile, not even the default
    if profile and is_chosen_here:
        chosen = selection.settings()
        given |= {name: chosen.get(name) for name in ("key_kind", "environment")}
    try:
        return Settings(**given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _wrong_value(str(fault["loc"][0]), fault["msg"], selection, connection) from None
    except (pydantic_settings.SettingsError, RecursionError) as error:  # only tables are JSON
        # a RecursionError doesn't name its variable
        names = [name for name in _TABLES if name in str(error)] or _TABLES
        variables = " or ".join(f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in names)
        raise SettingsError(f"{variables} isn't a JSON object with text values.") from None


def require_credentials(settings: Settings) -> tuple[str, str]:
    """Return the address and the token. May run a command or read the keyring: call it in a thread.

    Raises MissingCredentials, whose hint says what to set, or NoTokenFrom.
    """
    where = f"or a profile in {config_folder() / 'config.toml'}."
    if not settings.base_url:
        raise MissingCredentials("The Omni address isn't set.", f"Set OMNI_BASE_URL, {where}")
    if settings.api_token is not None:
        return settings.base_url, settings.api_token.get_secret_value()
    if settings.token_command and settings.command_trouble:
        raise NoTokenFrom(
            f"token_command wasn't run: others can change {config_folder() / 'config.toml'}.",
            settings.command_trouble,
        )
    if settings.token_command:
        return settings.base_url, token_from_command(settings.token_command)
    if settings.token_keyring:
        return settings.base_url, token_from_keyring(settings.base_url, settings.profile)
    hint = " ".join([*settings.notices, f"Set OMNI_API_TOKEN together with OMNI_BASE_URL, {where}"])
    missing = MissingCredentials(f"There is no API key for {settings.base_url}.", hint)
    missing.lacks_token = True
    raise missing


def token_wait_words(settings: Settings) -> str:
    """Return what to show while the token is fetched; empty if it is available at once."""
    if settings.api_token is not None:
        return ""
    if settings.token_command:
        return "Waiting for token_command. It may have to be unlocked."
    return "Waiting for the system's keyring. It may have to be unlocked." if settings.token_keyring else ""


def _command_trouble(selection: Selection, connection: Connection) -> str:
    """Return what to fix before our file's token_command is run, if others can change that file."""
    used, opening = connection.used_for("token_command"), selection.own.opening
    is_from_file = used is not None and used.place is not None
    return opening.fix if is_from_file and opening is not None else ""


def _wrong_value(name: str, reason: str, selection: Selection, connection: Connection) -> SettingsError:
    """Return the error for an invalid setting, with its place. The value isn't shown: it may be a token."""
    reason = reason.removeprefix("Value error, ").replace("Input should be", "it should be")
    reason = re.sub(r"Input is not a valid path for .*", "it should be a valid path", reason)
    used = connection.used_for(name)
    spelled = used.variable if used else variable(f"{ENVIRONMENT_PREFIX}{name.upper()}")[0]
    if spelled:
        return SettingsError(f"{spelled}: {reason}.")
    return selection.own.error(selection.path_of(name), f"{name}: {reason}.")

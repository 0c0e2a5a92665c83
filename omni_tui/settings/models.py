"""The settings, their defaults, and the order of their sources.

Arguments win over the environment (`OMNI_TUI_…` for every setting; `OMNI_BASE_URL`, `OMNI_API_TOKEN` and
`OMNI_API_KEY`, which the vendor's tools know too), which wins over the profile in `config.toml`, which wins
over the vendor tool's profiles.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import pydantic_settings
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from omni_tui.settings.errors import MissingCredentials, SettingsError
from omni_tui.settings.locations import config_folder
from omni_tui.settings.profiles import Selection, read_vendor_config, select
from omni_tui.settings.tokens import token_from_command, token_from_keyring
from omni_tui.settings.tomlfile import ConfigFile, read_config_file

ENVIRONMENT_PREFIX = "OMNI_TUI_"
# What the vendor's tools read too; the first one that is set wins.
SHARED_VARIABLES = {"base_url": ("OMNI_BASE_URL",), "api_token": ("OMNI_API_TOKEN", "OMNI_API_KEY")}
# What is a table, and in the environment a JSON object.
_TABLES = ("keymap", "themes")
# What is found out, and not set in a file.
NOT_IN_FILES = frozenset({"profile", "notices"})


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
    """An organization key or a personal token, for that address."""

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

    @field_validator("api_token", mode="before")
    @classmethod
    def _without_surroundings(cls, token: object) -> object:
        """Without the spaces and line breaks that a paste or a file brings along."""
        return token.strip() or None if isinstance(token, str) else token

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
        return init_settings, env_settings, _SharedVariables(settings_cls), _Profiles(settings_cls)


class _Source(PydanticBaseSettingsSource):
    """A source that gives its settings all at once."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked one by one."""
        return None, field_name, False


class _SharedVariables(_Source):
    """The variables that the vendor's tools read too."""

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, variables in SHARED_VARIABLES.items():
            values = [value for variable in variables if (value := os.environ.get(variable, "").strip())]
            found |= {name: values[0]} if values else {}
        return found


class _Profiles(_Source):
    """`config.toml` and the vendor tool's profiles."""

    def __call__(self) -> dict[str, Any]:
        return selection_of(self.current_state.get("profile")).settings(self.current_state)


def read_own_config() -> ConfigFile:
    """Our own `config.toml`. Raises SettingsError."""
    return read_config_file(frozenset(Settings.model_fields) - NOT_IN_FILES)


def selection_of(profile: str | None) -> Selection:
    """The profile of that name, else the default one, and where its settings are. Raises SettingsError."""
    return select(profile or "", read_own_config(), read_vendor_config())


# What says which Omni it is, and as whom.
CONNECTION = ("base_url", "api_token", "token_command", "token_keyring", "key_kind", "environment")


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
    arguments = {"profile": profile, "base_url": base_url, "api_token": api_token}
    given: dict[str, Any] = {name: value for name, value in arguments.items() if value}
    if is_chosen_here:
        given.setdefault("profile", "")  # none, whatever the default is
    if is_chosen_here and profile:
        chosen = selection_of(profile).settings({})
        given = {**{name: chosen[name] for name in CONNECTION if name in chosen}, **given}
        nothing = {name: False if name == "token_keyring" else None for name in CONNECTION}
        given = {**nothing, **given}
    try:
        return Settings(**given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _wrong_value(str(fault["loc"][0]), fault["msg"], profile) from None
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
    if settings.token_command:
        return settings.base_url, token_from_command(settings.token_command)
    if settings.token_keyring:
        return settings.base_url, token_from_keyring(settings.base_url, settings.profile)
    hint = " ".join([*settings.notices, f"Set OMNI_API_TOKEN, {where}"])
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


def _wrong_value(name: str, reason: str, profile: str | None) -> SettingsError:
    """A setting that means nothing, where it stands; the value is not quoted, it may be a token."""
    reason = reason.removeprefix("Value error, ").replace("Input should be", "it should be")
    for variable in (ENVIRONMENT_PREFIX + name.upper(), *SHARED_VARIABLES.get(name, ())):
        if os.environ.get(variable):
            return SettingsError(f"{variable}: {reason}.")
    selection = selection_of(profile or os.environ.get(f"{ENVIRONMENT_PREFIX}PROFILE"))
    return selection.own.error(selection.table_with(name), name, f"{name}: {reason}.")

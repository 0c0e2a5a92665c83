"""Decide which Omni address and which token to use, and notify the user if sources disagree.

The order for the address: `--base-url`, a profile chosen with `--profile`, `OMNI_TUI_BASE_URL`,
`OMNI_BASE_URL`, the default profile, the top of config.toml, the vendor CLI's profile. The order for the
token is the same, but a token that is set together with an address is only used with that address. A token
without an address is used with any.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omni_tui.settings.profiles import TOKEN_KEYS, Place, Selection, host_of, is_same_instance

ENVIRONMENT_PREFIX = "OMNI_TUI_"
# Variables that the vendor's tools read too; the first one that is set wins.
SHARED_VARIABLES = {"base_url": ("OMNI_BASE_URL",), "api_token": ("OMNI_API_TOKEN", "OMNI_API_KEY")}
_FALSE = frozenset({"0", "false", "off", "no", "f", "n"})


@dataclass(frozen=True, slots=True)
class CandidateValue:
    """A value for `key` from a `place`, an environment `variable` or, without both, an argument.

    `address` is the only address that a token may be sent to (None: any); `belongs_to` names its source.
    """

    key: str
    value: Any
    variable: str = ""
    place: Place | None = None
    address: str | None = None
    belongs_to: str = ""

    @property
    def source(self) -> str:
        """Return the source's name for a sentence: `OMNI_BASE_URL`, `--base-url`, `the profile work`."""
        if self.place is not None:
            return self.place.name
        return self.variable or f"--{self.key.replace('_', '-')}"

    def fits(self, address: str) -> bool:
        """Return whether a token may be sent to an address."""
        return self.address is None or is_same_instance(str(self.address), address)


@dataclass(frozen=True, slots=True)
class Connection:
    """The address and the token to use, each None if there is none, and what the user should know."""

    address: CandidateValue | None
    token: CandidateValue | None
    notices: tuple[str, ...] = ()

    def settings(self) -> dict[str, Any]:
        """Return them as settings; the keys that aren't used are empty."""
        empty: dict[str, Any] = {"base_url": None, "api_token": None, "token_command": None}
        return {**empty, "token_keyring": False, **{each.key: each.value for each in self.used}}

    @property
    def used(self) -> list[CandidateValue]:
        """Return the values that are used."""
        return [each for each in (self.address, self.token) if each is not None]

    def used_for(self, key: str) -> CandidateValue | None:
        """Return the value that is used for a key, or None."""
        return next((each for each in self.used if each.key == key), None)


def connect(
    selection: Selection,
    *,
    base_url: str | None = None,
    api_token: str | None = None,
    is_profile_chosen: bool = False,
    reads_environment: bool = True,
) -> Connection:
    """Decide. `base_url` and `api_token` are arguments; with `is_profile_chosen`, the profile is one too."""
    typed = [CandidateValue("base_url", base_url)] if base_url else []
    # the places of the profile itself, without the top of the file, which is for all profiles
    chosen = [place for place in selection.places if is_profile_chosen and not place.is_for_all]
    chosen_addresses = [candidate for place in chosen if (candidate := _address_of(place))]
    variables = _address_variables() if reads_environment else []
    rest = [
        CandidateValue("base_url", place.values["base_url"], place=place)
        for place in selection.places
        if place.values.get("base_url")
    ]
    address = next(iter([*typed, *chosen_addresses, *variables, *rest]), None)
    notices = _address_notices(address, chosen_addresses[:1], variables, rest[:1])
    if api_token:
        return Connection(address, CandidateValue("api_token", api_token), notices)
    token, token_notices = _token_for(
        str(address.value) if address else "",
        [candidate for place in chosen for candidate in _token_of(place)],
        _token_variables(variables) if reads_environment else [],
        [candidate for place in selection.places if place not in chosen for candidate in _token_of(place)],
    )
    return Connection(address, token, notices + token_notices)


def variable(name: str) -> tuple[str, str]:
    """Return a variable's name as it is spelled, and its value; our own are case-insensitive."""
    if not name.startswith(ENVIRONMENT_PREFIX):
        return (name, os.environ[name]) if os.environ.get(name, "").strip() else ("", "")
    found = [(key, value) for key, value in os.environ.items() if key.upper() == name and value.strip()]
    return found[0] if found else ("", "")


def connection_variables() -> tuple[str, ...]:
    """Return the names of the environment variables that set an address or a token."""
    addresses = _address_variables()
    return tuple(dict.fromkeys(each.variable for each in [*addresses, *_token_variables(addresses)]))


def _address_of(place: Place) -> CandidateValue | None:
    """Return a profile's address: its own, or the one for all profiles if its token is for that."""
    address = place.values.get("base_url") or (place.token_address if _token_of(place) else None)
    return CandidateValue("base_url", address, place=place) if address else None


def _address_variables() -> list[CandidateValue]:
    names = (f"{ENVIRONMENT_PREFIX}BASE_URL", *SHARED_VARIABLES["base_url"])
    found = (variable(name) for name in names)
    return [CandidateValue("base_url", value, variable=spelled) for spelled, value in found if spelled]


def _token_variables(addresses: Sequence[CandidateValue]) -> list[CandidateValue]:
    """Return the environment's tokens, each for the address that was set with it.

    That is the variable with the same prefix (`OMNI_` or `OMNI_TUI_`), or else the other one.
    """
    names = [("api_token", f"{ENVIRONMENT_PREFIX}API_TOKEN")]
    names += [("api_token", name) for name in SHARED_VARIABLES["api_token"]]
    names += [(key, f"{ENVIRONMENT_PREFIX}{key.upper()}") for key in TOKEN_KEYS if key != "api_token"]
    candidates = []
    for key, name in names:
        spelled, value = variable(name)
        if not spelled or (key == "token_keyring" and value.strip().lower() in _FALSE):
            continue
        is_ours = name.startswith(ENVIRONMENT_PREFIX)
        family = [each for each in addresses if _is_our_variable(each) is is_ours] or addresses
        pair = family[0] if family else None
        candidates.append(
            CandidateValue(
                key,
                value,
                variable=spelled,
                address=str(pair.value) if pair else None,
                belongs_to=pair.source if pair else "",
            )
        )
    return candidates


def _is_our_variable(candidate: CandidateValue) -> bool:
    return candidate.variable.upper().startswith(ENVIRONMENT_PREFIX)


def _token_of(place: Place) -> list[CandidateValue]:
    """Return the first token setting in a place, if any."""
    found = [
        CandidateValue(key, place.values[key], place=place, address=place.token_address)
        for key in TOKEN_KEYS
        if place.values.get(key)
    ]
    return found[:1]


def _address_notices(
    winner: CandidateValue | None,
    chosen: Sequence[CandidateValue],
    variables: Sequence[CandidateValue],
    rest: Sequence[CandidateValue],
) -> tuple[str, ...]:
    """Return a notice that names unused addresses that the user may have expected to be used."""
    if winner is None or not (variables or chosen):
        return ()
    losers = [*chosen, *variables, *(rest if winner in variables else ())]
    others = [each for each in losers if not is_same_instance(str(each.value), str(winner.value))]
    if not others:
        return ()
    ignored = " or ".join(dict.fromkeys(_words(each) for each in others))
    return (f"Connecting to {_words(winner)}, not to {ignored}.",)


def _token_for(
    address: str,
    chosen: Sequence[CandidateValue],
    variables: Sequence[CandidateValue],
    rest: Sequence[CandidateValue],
) -> tuple[CandidateValue | None, tuple[str, ...]]:
    """Return the first token that may be sent to an address, and notices that name the unused ones."""
    candidates = [*chosen, *variables, *rest]
    winner = next((candidate for candidate in candidates if candidate.fits(address)), None)
    if winner is None:
        return None, tuple(dict.fromkeys(_kept_back(candidate) for candidate in candidates))
    losers = [*variables, *(rest if winner in variables else ())]
    ignored = [each for each in losers if each.fits(address) and not _is_same_token(each, winner)]
    if not ignored:
        return winner, ()
    names = " or ".join(dict.fromkeys(each.source for each in ignored))
    return winner, (f"Using the API key from {winner.source}, not the one from {names}.",)


def _kept_back(candidate: CandidateValue) -> str:
    if candidate.place is not None:
        return f"The API key of {candidate.place.name} is for {candidate.address} only."
    return (
        f"The API key in {candidate.source} is for {_host(candidate.address)} ({candidate.belongs_to}) only."
    )


def _is_same_token(one: CandidateValue, other: CandidateValue) -> bool:
    return one is other or (one.key, _bare(one.value)) == (other.key, _bare(other.value))


def _bare(value: Any) -> Any:
    return without_quotes(value) if isinstance(value, str) else value


def without_quotes(text: str) -> str:
    """Return a token without the surrounding spaces, quotes and angle brackets of a paste or a file."""
    return text.strip().strip("<>\"'“”‘’").strip()


def _words(candidate: CandidateValue) -> str:
    return f"{_host(candidate.value)} ({candidate.source})"


def _host(address: object) -> str:
    """Return an address's host for a sentence, without user name and password."""
    return host_of(str(address)).rpartition("@")[2]

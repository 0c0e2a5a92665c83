"""The behavior of servers of different ages. Each fact is a switch, so that it can be tested alone.

The letters name the source of a fact, as in the API notes: [P] the vendor's page, [S] its older spec, [D]
other pages of its documentation, [V] what its engineers published after reading the server's code, [C] seen
in published code.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class ServerVersion(StrEnum):
    """The server versions that the demo can simulate, by year."""

    OLDER = "2025"
    TODAY = "2026"


@dataclass(frozen=True, slots=True)
class Behavior:
    """What a server does. Every field is True for a current server and False for an older one."""

    # [V] A key that is unknown, expired or revoked gets a 403; on an older server 401 [S, C].
    rejects_keys_with_403: bool = True
    # [V] Errors behind the authentication are `{"detail", "status"}`; older: `{"error", "message"}` [P].
    errors_have_detail: bool = True
    # [V, D] `GET /v1/whoami`; older: 404.
    has_whoami: bool = True
    # [D] `GET /v1/documents/{id}`; older: 404.
    has_document: bool = True
    # [S] `queryIdentifierMapKey` in `/queries`; older servers leave it out [D].
    has_tile_keys: bool = True
    # [V] An unknown `userId` is 404, and another user's with a personal token 403; older: 400 [P].
    checks_users_by_membership: bool = True
    # [V] A filter whose keys don't fit its type is silently dropped; older: its known keys apply.
    drops_misfit_filters: bool = True
    # [C] The body may have `cache`; an older server rejects keys that its spec does not have [S].
    takes_cache: bool = True
    # [D] Labels in the list are `{"name", "verified"}`; older: strings [S].
    has_label_objects: bool = True


TODAY = Behavior()
OLDER = Behavior(**{field.name: False for field in fields(Behavior)})


def behavior_of(version: str) -> Behavior:
    """Return the behavior of that version. Raises ValueError for an unknown one."""
    return TODAY if ServerVersion(version) is ServerVersion.TODAY else OLDER

"""What the command line decided, for the parts that need to know. Light: read before the first paint."""

from __future__ import annotations

from dataclasses import dataclass, field

# The flags of the connection that take a value: they may stand before a command's name.
VALUE_FLAGS = frozenset({"--profile", "--base-url"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was typed after `omni-tui`; None leaves a choice to the environment and the settings.

    `search` is searched for in the list at the start.
    `dashboard` is opened at the start: an id or an address, as typed. `job_timeout_seconds` is how long
    the server may take to make one file. `keeps_jobs`: what is started is found again by the next program.

    `token` was given in the program itself, never on the command line, and is kept nowhere else.
    `is_profile_chosen_here`: the profile was chosen in the program, and so wins over the environment.
    """

    demo: bool = False
    profile: str | None = None
    base_url: str | None = None
    dashboard: str | None = None
    search: str = ""
    job_timeout_seconds: float | None = None
    keeps_jobs: bool = True
    token: str | None = field(default=None, repr=False)
    is_profile_chosen_here: bool = False

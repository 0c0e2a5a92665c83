"""The command line's options for opening the screens. Light, as it is imported before the first paint."""

from __future__ import annotations

from dataclasses import dataclass, field

# The flags common to all commands that take a value: they may precede a command's name.
VALUE_FLAGS = frozenset({"--profile", "--base-url", "--log-file"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of `omni-tui`. None means that the environment and the settings decide.

    `search` is the initial search text. `dashboard` is opened at the start: an ID or a URL, as typed.
    `job_timeout_seconds` limits how long the server may take to make one file. `keeps_jobs`: store jobs so
    that the next run finds them.

    `token` was entered in the program, never on the command line, and is stored nowhere else.
    `is_profile_chosen_here`: the profile was chosen in the program, so it overrides the environment.
    Requests are logged to `log_file`, a path or empty, and with `is_verbose` to standard error.
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
    log_file: str = ""
    is_verbose: bool = False

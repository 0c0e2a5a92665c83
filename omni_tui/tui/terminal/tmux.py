"""Questions to the tmux around us, by its own command. They block: for a thread."""

from __future__ import annotations

import subprocess

# tmux answers at once, or not at all.
MOST_SECONDS = 2.0


def ask_tmux(*command: str, told: str = "") -> subprocess.CompletedProcess[bytes] | None:
    """What tmux answers to a command that is told this; None where there is no answer."""
    try:
        return subprocess.run(
            ["tmux", *command],
            input=told.encode("utf-8", "replace"),
            capture_output=True,
            timeout=MOST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def ssh_connection() -> str | None:
    """SSH_CONNECTION of whoever has attached last: what this program was started with may be long gone.

    Empty for one who sits at the machine itself, None where tmux does not tell.
    """
    done = ask_tmux("show-environment", "SSH_CONNECTION")
    if done is None or done.returncode:
        return None
    return done.stdout.decode("utf-8", "replace").partition("=")[2].strip()


def has_passthrough() -> bool:
    """Whether tmux hands on what is wrapped for the terminal. Before 3.3 it always did, and had no option."""
    done = ask_tmux("show-options", "-Apqv", "allow-passthrough")
    return done is not None and done.returncode == 0 and done.stdout.strip() in (b"", b"on", b"all")

"""Runs commands of the tmux that the program runs in. They block: call them in a thread."""

from __future__ import annotations

import subprocess

# tmux replies at once or not at all.
MAX_SECONDS = 2.0


def ask_tmux(*command: str, stdin: str = "") -> subprocess.CompletedProcess[bytes] | None:
    """Run a tmux command with this input; return the result, or None if tmux can't be run."""
    try:
        return subprocess.run(
            ["tmux", *command],
            input=stdin.encode("utf-8", "replace"),
            capture_output=True,
            timeout=MAX_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def ssh_connection() -> str | None:
    """Return SSH_CONNECTION of the client that attached last; our own may be outdated.

    Empty for a local client, None if tmux doesn't know.
    """
    done = ask_tmux("show-environment", "SSH_CONNECTION")
    if done is None or done.returncode:
        return None
    return done.stdout.decode("utf-8", "replace").partition("=")[2].strip()


def has_passthrough() -> bool:
    """Return whether tmux passes wrapped sequences through. Before 3.3 it always did, without an option."""
    done = ask_tmux("show-options", "-Apqv", "allow-passthrough")
    return done is not None and done.returncode == 0 and done.stdout.strip() in (b"", b"on", b"all")


def load_buffer(text: str) -> bool:
    """Load a text into tmux, which sends it to its terminal (-w, since 3.2); return whether it did."""
    done = ask_tmux("load-buffer", "-w", "-", stdin=text)
    return done is not None and done.returncode == 0

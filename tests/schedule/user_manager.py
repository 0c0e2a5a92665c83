"""A real systemd user manager and a real cron in separate namespaces, isolated from the machine's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_MANAGER = Path("/lib/systemd/systemd")
_UNSHARE = ("unshare", "--mount", "--cgroup", "--pid", "--fork", "--mount-proc", "--kill-child")
# The folders that a manager or cron writes to besides the home folder.
_PRIVATE = "for folder in /run /var/lib/systemd /var/spool/cron; do mount -t tmpfs tmpfs $folder; done"
_START_MANAGER = f"""
mkdir -p /run/systemd/system /run/user; export XDG_RUNTIME_DIR=/run/user
{_MANAGER} --user >/dev/null 2>&1 &
for i in $(seq 200); do systemctl --user show-environment >/dev/null 2>&1 && break; sleep 0.05; done
"""
# cron reads crontabs again when their folder's time of change, in whole seconds, is not the one it saw at its
# start: without an older time, it would never see a crontab that is added within a second.
_START_CRON = "mkdir -p /var/spool/cron/crontabs; touch -d '1 hour ago' /var/spool/cron/crontabs; cron; "


@cache
def why_no_namespace() -> str:
    """Return why namespaces can't be used here; empty if they can."""
    if shutil.which("unshare") is None or os.getuid() != 0:
        return "needs root and unshare"
    answer = subprocess.run([*_UNSHARE, "sh", "-c", _PRIVATE], capture_output=True, text=True, check=False)
    return "namespaces aren't allowed here" if answer.returncode else ""


@cache
def why_no_manager() -> str:
    """Return why no user manager can run here; empty if one can."""
    if not _MANAGER.exists() or shutil.which("systemctl") is None:
        return "needs systemd"
    if why := why_no_namespace():
        return why
    asked = "systemctl --user show-environment"
    answer = _run(f"{_START_MANAGER}{asked}", {"PATH": os.environ["PATH"], "HOME": "/run"})
    return "a systemd user manager doesn't start here" if answer.returncode else ""


def why_no_cron() -> str:
    """Return why no cron can run here; empty if one can."""
    if shutil.which("cron") is None or shutil.which("crontab") is None:
        return "needs cron (apt-get install cron)"
    return why_no_namespace()


def under_manager(script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a shell script next to a separate user manager."""
    return _run(f"{_START_MANAGER}{script}", environment)


def under_cron(script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a shell script next to a separate cron, without a crontab."""
    return _run(f"{_START_CRON}{script}", environment)


def _run(script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    words = [*_UNSHARE, "bash", "-c", f"{_PRIVATE}\n{script}"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(words, **pipes, env=dict(environment), text=True, timeout=150, check=False)

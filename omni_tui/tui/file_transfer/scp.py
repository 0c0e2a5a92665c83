"""The scp line that brings a file home, made of what this connection shows."""

from __future__ import annotations

import getpass
import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omni_tui.formatting import shell_word

# What stands for itself both to a shell and to the patterns of scp over SFTP.
_PLAIN = re.compile(r"[\w@%+=:,./-]", re.ASCII)
_USUAL_PORT = 22


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, as the laptop reaches it. `port` is None where nothing tells it."""

    user: str
    host: str
    port: int | None = None


def this_machine(environ: Mapping[str, str], told_host: str = "") -> Machine:
    """User, host and port of this connection (SSH_CONNECTION: "client port server port").

    `told_host` from the settings wins: a name of ~/.ssh/config, or what is reached through another machine.
    A name of that kind has a port and a user of its own there, so none is given with it.
    """
    if told_host:
        user, _, host = told_host.rpartition("@")
        return Machine(user, host)
    parts = environ.get("SSH_CONNECTION", "").split()
    user = environ.get("USER") or _login()
    if len(parts) == 4 and _is_reachable(parts[2]) and parts[3].isdigit():
        return Machine(user, parts[2], int(parts[3]))
    return Machine(user, socket.gethostname())


def scp_line(path: Path, machine: Machine) -> str:
    """`scp -P 2222 'ada@10.0.0.5:/home/ada/Sales\\ by\\ Region.pdf' .`, to be pasted into a shell.

    The path is escaped twice: for the shell at home, and with backslashes for the machine there, which are
    taken away both by its shell (scp before OpenSSH 9) and by the patterns of SFTP (since).
    Raises ValueError for a path that no scp line can name: one with a line break or the like in it.
    """
    text = str(path)
    if not text.isprintable():
        raise ValueError("its name has signs in it that cannot be typed")
    host = f"[{machine.host}]" if ":" in machine.host else machine.host
    remote = "".join(each if _PLAIN.match(each) or not each.isascii() else f"\\{each}" for each in text)
    place = f"{machine.user}@{host}" if machine.user else host
    port = f"-P {machine.port} " if machine.port not in (None, _USUAL_PORT) else ""
    return f"scp {port}{shell_word(f'{place}:{remote}')} ."


def _is_reachable(host: str) -> bool:
    """Whether an address means the same elsewhere: a link's own (fe80::1%eth0) does not."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not address.is_link_local


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody's name
        return ""

"""Builds the scp command that copies a saved file to the user's computer, from the SSH connection."""

from __future__ import annotations

import getpass
import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omni_tui.formatting import shell_word

# Characters that neither a shell nor scp's SFTP patterns interpret.
_PLAIN = re.compile(r"[\w@%+=:,./-]", re.ASCII)
_DEFAULT_PORT = 22


@dataclass(frozen=True, slots=True)
class SshHost:
    """This machine as seen from the user's computer. `port` is None if it is unknown."""

    user: str
    host: str
    port: int | None = None


def ssh_host(environ: Mapping[str, str], configured_host: str = "") -> SshHost:
    """Return the user, host and port of this connection (SSH_CONNECTION: "client port server port").

    `configured_host` from the settings wins: a name in ~/.ssh/config, or a host behind a jump host. Such a
    name has its own port and user there, so the command contains neither.
    """
    if configured_host:
        user, _, host = configured_host.rpartition("@")
        return SshHost(user, host)
    parts = environ.get("SSH_CONNECTION", "").split()
    user = environ.get("USER") or _login()
    if len(parts) == 4 and _is_reachable(parts[2]) and parts[3].isdigit():
        return SshHost(user, parts[2], int(parts[3]))
    return SshHost(user, socket.gethostname())


def scp_line(path: Path, machine: SshHost) -> str:
    """Return a command such as `scp -P 2222 'ada@10.0.0.5:/home/ada/Sales\\ by\\ Region.pdf' .`.

    The path is escaped twice: for the user's shell, and with backslashes for this machine, where its shell
    (scp before OpenSSH 9) or the SFTP patterns (since) remove them.
    Raises ValueError if the path contains a line break or another unprintable character.
    """
    text = str(path)
    if not text.isprintable():
        raise ValueError("its name contains characters you can't type")
    host = f"[{machine.host}]" if ":" in machine.host else machine.host
    remote = "".join(each if _PLAIN.match(each) or not each.isascii() else f"\\{each}" for each in text)
    place = f"{machine.user}@{host}" if machine.user else host
    port = f"-P {machine.port} " if machine.port not in (None, _DEFAULT_PORT) else ""
    return f"scp {port}{shell_word(f'{place}:{remote}')} ."


def _is_reachable(host: str) -> bool:
    """Return whether the address is valid elsewhere: a link-local one (fe80::1%eth0) is not."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not address.is_link_local


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user ID has no name
        return ""

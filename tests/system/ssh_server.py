"""A real SSH server, where there is one on this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def ssh_options(folder: Path) -> str:
    """What ssh and scp take to reach the server of the test with this folder, as one word each."""
    config = folder / "ssh_config"
    config.write_text(
        f"IdentityFile {folder / 'sshd' / 'key'}\nStrictHostKeyChecking no\n"
        "UserKnownHostsFile /dev/null\nLogLevel ERROR\n"
    )
    return f"-F {config}"


@pytest.fixture
def ssh_server(tmp_path: Path) -> Iterator[int]:
    """Its port on loopback; the key to it is `sshd/key` in the test's folder."""
    sshd = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    if sshd is None or shutil.which("scp") is None:
        pytest.skip("there is no sshd and scp here")
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    for name in ("host", "key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/key.pub\n"
        f"PasswordAuthentication no\nPermitRootLogin prohibit-password\nStrictModes no\nUsePAM no\n"
        f"PidFile none\nAcceptEnv LANG LC_* COLORTERM\nSubsystem sftp internal-sftp\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)  # where Debian's wants to be alone
    log = (folder / "log").open("wb")
    server = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "config")], stderr=log)
    try:
        end = time.monotonic() + 30
        while server.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        if server.poll() is not None:
            pytest.skip(f"sshd does not start here: {(folder / 'log').read_text()}")
        yield port
    finally:
        server.terminate()
        server.wait()
        log.close()

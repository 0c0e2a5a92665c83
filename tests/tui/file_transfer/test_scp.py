"""The scp command: its user, host and path, and that a shell and both kinds of scp read it correctly."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.tui.file_transfer.scp import SshHost, scp_line, ssh_host
from tests.system.ssh_server import ssh_options

ADA = SshHost("ada", "10.0.0.5", 2222)


def test_the_command_is_built_from_the_connection() -> None:
    environ = {"SSH_CONNECTION": "192.0.2.7 50022 10.0.0.5 2222", "USER": "ada"}
    assert ssh_host(environ) == ADA
    assert scp_line(Path("/home/ada/Sales.pdf"), ADA) == "scp -P 2222 ada@10.0.0.5:/home/ada/Sales.pdf ."


def test_the_default_port_is_omitted() -> None:
    assert scp_line(Path("/a.pdf"), SshHost("ada", "10.0.0.5", 22)) == "scp ada@10.0.0.5:/a.pdf ."


def test_an_ipv6_address_is_in_brackets() -> None:
    machine = ssh_host({"SSH_CONNECTION": "2001:db8::7 50022 2001:db8::5 22", "USER": "ada"})
    assert scp_line(Path("/a.pdf"), machine) == "scp 'ada@[2001:db8::5]:/a.pdf' ."


@pytest.mark.parametrize(
    "connection", ["", "nonsense", "a b c", "::1 1 fe80::1%eth0 22", "1.2.3.4 1 10.0.0.5 port"]
)
def test_without_a_usable_address_the_host_name_is_used(connection: str) -> None:
    machine = ssh_host({"SSH_CONNECTION": connection, "USER": "ada"})
    assert machine == SshHost("ada", socket.gethostname())


def test_scp_host_overrides_the_connection() -> None:
    environ = {"SSH_CONNECTION": "192.0.2.7 50022 10.0.0.5 2222", "USER": "ada"}
    assert scp_line(Path("/a.pdf"), ssh_host(environ, "reports")) == "scp reports:/a.pdf ."
    assert scp_line(Path("/a.pdf"), ssh_host(environ, "bob@gate")) == "scp bob@gate:/a.pdf ."


def test_spaces_quotes_and_any_letters() -> None:
    line = scp_line(Path("/srv/Über 'uns' (2)*.pdf"), ADA)
    assert line == "scp -P 2222 'ada@10.0.0.5:/srv/Über\\ \\'\"'\"'uns\\'\"'\"'\\ \\(2\\)\\*.pdf' ."


@pytest.mark.parametrize("name", ["two\nlines.pdf", "bell\a.pdf", "\x1b[31m.pdf"])
def test_a_name_that_cannot_be_typed_gives_no_command(name: str) -> None:
    with pytest.raises(ValueError, match="type"):
        scp_line(Path("/srv") / name, ADA)


@given(name=st.text(st.characters(blacklist_categories=("C", "Z"), blacklist_characters="/"), min_size=1))
def test_the_escaping_survives_two_shells(name: str) -> None:
    """The local and the remote shell, as with scp before OpenSSH 9."""
    path = Path("/srv") / f"a {name}"
    _, _, _, remote, here = shlex.split(scp_line(path, ADA))
    assert here == "."
    assert shlex.split(remote.removeprefix("ada@10.0.0.5:")) == [str(path)]


NAMES = [
    "plain.pdf",
    "Sales by Region.pdf",
    'it\'s "so" $HOME `id`.pdf',
    "Über (2) [x]*?.pdf",
    "a;b&c|d<e>~#!.pdf",
]


@pytest.mark.parametrize("protocol", ["", "-O"], ids=["SFTP", "legacy"])
def test_a_real_scp_fetches_the_files(protocol: str, tmp_path: Path, ssh_server: int) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    for number, name in enumerate(NAMES):
        (there / name).write_text(str(number))
        machine = SshHost(os.environ.get("USER") or "root", "127.0.0.1", ssh_server)
        line = scp_line(there / name, machine)
        options = f"-q {protocol} {ssh_options(tmp_path)}"
        done = subprocess.run(
            line.replace("scp ", f"scp {options} ", 1), shell=True, cwd=here, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert sorted(path.name for path in here.iterdir()) == sorted(NAMES)
    assert {path.name: path.read_text() for path in here.iterdir()} == {
        n: str(i) for i, n in enumerate(NAMES)
    }

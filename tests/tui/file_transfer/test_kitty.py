"""Sending a file through kitty's protocol, to a terminal that follows it strictly."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from omni_tui.tui.file_transfer import kitty
from omni_tui.tui.file_transfer.chunks import READ_CHUNKS
from omni_tui.tui.file_transfer.kitty import (
    CHUNK_BYTES,
    KittyTransfer,
    TransferError,
    command,
    reply_of,
)
from tests.tui.file_transfer.fake_kitty import FakeKitty

CONTENT = bytes(range(256)) * 100 + b"end"


@dataclass
class Line:
    """What is sent, and the replies; `is_held` holds the replies until they are released."""

    terminal: FakeKitty
    is_held: bool = False
    held: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    told: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sending = KittyTransfer(self.take)

    def take(self, sequence: str) -> None:
        self.held += self.terminal.take(sequence)
        if not self.is_held:
            asyncio.get_running_loop().call_soon(self.let_go)

    def let_go(self) -> None:
        answers, self.held = self.held, []
        for answer in answers:
            self.sending.receive(answer.removeprefix("\x1b]5113;").removesuffix("\x1b\\"))

    async def run(self, path: Path) -> Path:
        return Path(await self.sending.run(path, self.said.append, self.told.append))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "laptop"
    home.mkdir()
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Übersicht; 1.pdf"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize(
    "size",
    [
        0,
        1,
        CHUNK_BYTES,
        CHUNK_BYTES + 1,
        5 * CHUNK_BYTES,
        READ_CHUNKS * CHUNK_BYTES,
        READ_CHUNKS * CHUNK_BYTES + CHUNK_BYTES + 5,
    ],
)
async def test_the_whole_file_arrives(size: int, tmp_path: Path, home: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(number % 251 for number in range(size)))
    line = Line(FakeKitty(home))
    place = await line.run(path)
    assert place == home / "Downloads" / "x.bin"
    assert place.read_bytes() == path.read_bytes()
    assert line.terminal.ended == ["finish"]
    assert line.terminal.questions == 1
    assert line.told == sorted(set(line.told))


async def test_an_existing_file_is_not_replaced(home: Path, file: Path) -> None:
    (home / "Downloads").mkdir()
    (home / "Downloads" / file.name).write_bytes(b"")
    (home / "Downloads" / "Übersicht; 1 (2).pdf").write_bytes(b"another")
    place = await Line(FakeKitty(home)).run(file)
    assert place.name == "Übersicht; 1 (3).pdf"
    assert place.read_bytes() == CONTENT
    assert (home / "Downloads" / file.name).read_bytes() == b""
    assert (home / "Downloads" / "Übersicht; 1 (2).pdf").read_bytes() == b"another"


async def test_nothing_is_sent_if_no_name_is_free(
    home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kitty, "MAX_NAMES", 1)
    (home / "Downloads").mkdir()
    (home / "Downloads" / file.name).write_bytes(b"")
    line = Line(FakeKitty(home))
    with pytest.raises(TransferError, match="are taken"):
        await line.run(file)
    assert line.terminal.commands["data"] == 0
    assert line.terminal.ended == ["cancel"]


async def test_a_message_says_that_the_terminal_asks(home: Path, file: Path) -> None:
    line = Line(FakeKitty(home))
    await line.run(file)
    assert line.said == ["allow the transfer in your terminal"]


async def test_a_declined_transfer_is_reported_at_once(home: Path, file: Path) -> None:
    line = Line(FakeKitty(home, allows=False))
    async with asyncio.timeout(kitty.CANCEL_SECONDS):
        with pytest.raises(TransferError, match="declined"):
            await line.run(file)
    assert line.terminal.commands["file"] == 0


async def test_an_unanswered_question_is_canceled(
    home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kitty, "QUESTION_SECONDS", 0.01)
    line = Line(FakeKitty(home, allows=None))
    with pytest.raises(TransferError, match="didn't answer the question"):
        await line.run(file)
    assert line.terminal.commands["cancel"] == 1


async def test_an_unsupported_terminal_is_reported_at_once(
    home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kitty, "REPLY_SECONDS", 0.01)
    line = Line(FakeKitty(home, knows_it=False))
    with pytest.raises(TransferError, match=r"didn't reply\. .*0\.26.*copy scp"):
        await line.run(file)
    assert line.said == []


@pytest.mark.parametrize(
    ("step", "words", "hint"),
    [
        ("file", "couldn't save the file: No permission", "Use “copy scp” instead"),
        ("data", "couldn't save the file: Failed to write", "is incomplete"),
        ("end_data", "couldn't save the file: EIO", "is incomplete"),
    ],
)
async def test_a_failure_on_the_users_machine_is_reported(
    step: str, words: str, hint: str, home: Path, file: Path
) -> None:
    failures = {"file": "EPERM:No permission", "data": "EIO:Failed to write", "end_data": "EIO"}
    line = Line(FakeKitty(home, fails_at={step: failures[step]}))
    with pytest.raises(TransferError, match=words) as caught:
        await line.run(file)
    assert hint in caught.value.hint
    assert line.terminal.ended == ["cancel"]


async def test_a_terminal_that_stops_responding_is_reported(
    home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kitty, "REPLY_SECONDS", 0.2)
    line = Line(FakeKitty(home, falls_silent_after=2))
    with pytest.raises(TransferError, match="stopped responding") as caught:
        await line.run(file)
    assert f"{home}/Downloads/{file.name} is incomplete." in caught.value.hint


async def test_unconfirmed_data_is_limited(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"x" * CHUNK_BYTES * 20)
    line = Line(FakeKitty(home))
    work = asyncio.create_task(line.run(path))
    async with asyncio.timeout(30):
        while not line.terminal.commands["file"]:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)
        line.is_held = True
        most = kitty.MAX_UNCONFIRMED_BYTES // CHUNK_BYTES
        while not work.done():
            count = line.terminal.commands["data"]
            for _ in range(50):
                await asyncio.sleep(0)
            assert line.terminal.commands["data"] - count <= most
            line.let_go()
            await asyncio.sleep(0.001)
    assert (await work).read_bytes() == path.read_bytes()


async def test_a_file_that_changes_during_the_transfer_is_canceled(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"x" * 2 * READ_CHUNKS * CHUNK_BYTES)
    line = Line(FakeKitty(home))

    def cut(_: int) -> None:
        path.write_bytes(b"")

    with pytest.raises(ValueError, match="changed"):
        await line.sending.run(path, line.said.append, cut)
    assert line.terminal.ended == ["cancel"]


async def test_canceling_waits_for_the_last_reply(home: Path, file: Path) -> None:
    line = Line(FakeKitty(home))
    work = asyncio.create_task(line.run(file))
    async with asyncio.timeout(30):
        while not line.terminal.commands["data"]:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert line.terminal.ended == ["cancel"]
    assert line.held == []


async def test_a_missing_file_asks_nothing(home: Path, tmp_path: Path) -> None:
    line = Line(FakeKitty(home))
    with pytest.raises(FileNotFoundError):
        await line.run(tmp_path / "gone.pdf")
    assert not line.terminal.commands


async def test_the_file_is_readable_only_by_its_owner() -> None:
    assert f"prm={stat.S_IRUSR | stat.S_IWUSR}" in command(
        "file", "a", file="f1", n="~/x", prm=kitty.PERMISSIONS
    )


def test_commands_follow_the_protocol() -> None:
    assert command("send", "test", n="somefile", sz=3, d=b"\1\2\3") == (
        "\x1b]5113;ac=send;id=test;n=c29tZWZpbGU=;sz=3;d=AQID\x1b\\"  # the protocol's example
    )


@pytest.mark.parametrize(
    "text",
    ["", "ac=data;id=a", "ac=status;id=a;st=!", "ac=status;id=a;sz=many", "no pairs", "ac=status;id=a;n=é"],
)
def test_other_input_is_not_a_reply(text: str) -> None:
    assert reply_of(text) is None


def test_a_reply_is_parsed_and_sanitized() -> None:
    reply = reply_of("ac=status;id=a;fid=f1;zz=9;n=L3gbWzMxbQ==;st=T0s=;sz=7")
    assert reply is not None
    assert (reply.session, reply.file, reply.status, reply.name, reply.size) == ("a", "f1", "OK", "/x", 7)

"""A file sent home through kitty's own protocol (OSC 5113): kitty asks its user first, and answers each step.

https://sw.kovidgoyal.net/kitty/file-transfer-protocol/ tells it. What it does not tell is taken from kitty's
own side of it: a file that is there already is overwritten unasked, but its size comes with the word that the
transfer of it may start, before anything of it is touched. So another name is tried then.
"""

from __future__ import annotations

import asyncio
import binascii
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.file_names.sanitize import numbered

# As the protocol has it.
CHUNK_BYTES = 4096
# So much is on its way without an answer: 22 kB on the line.
MOST_ON_THEIR_WAY_BYTES = 4 * CHUNK_BYTES
READ_BYTES = 64 * CHUNK_BYTES
FOLDER = "~/Downloads"
# Readable by its owner alone, whatever the laptop's own habit is.
PERMISSIONS = 0o600
# A terminal that knows the protocol answers at once, but for the line between.
ANSWER_SECONDS = 15.0
# For somebody to answer the question; kitty itself forgets it after ten minutes.
QUESTION_SECONDS = 300.0
# For the last answer, when the transfer is broken off.
CANCEL_SECONDS = 2.0
MOST_NAMES = 100

_QUESTION = "your terminal asks whether it may take the file"
_OTHER_WAY = "Y copies an scp line."
_KEY = re.compile(r"[a-zA-Z0-9_]+")


class TransferError(OmniTuiError):
    """The terminal does not take the file, or not all of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `status` is a code, with words behind a colon if it fails; no `size` is -1."""

    session: str
    file: str = ""
    status: str = ""
    name: str = ""
    size: int = -1


def command(action: str, session: str, *, file: str = "", **fields: str | int | bytes) -> str:
    """The sequence of one command; words and bytes are base64 in it."""
    told = [f"ac={action}", f"id={session}", *([f"fid={file}"] if file else [])]
    told += [f"{key}={value if isinstance(value, int) else _base64(value)}" for key, value in fields.items()]
    return f"\x1b]5113;{';'.join(told)}\x1b\\"


def _base64(value: str | bytes) -> str:
    return b64encode(value.encode("utf-8", "replace") if isinstance(value, str) else value).decode()


def reply_of(text: str) -> Reply | None:
    """What stands in an answer; None for one that is none, or of another kind."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    fields = {key: value for key, _, value in pairs if _KEY.fullmatch(key)}
    if fields.get("ac") != "status":
        return None
    try:
        status, name = (_decoded(fields.get(key, "")) for key in ("st", "n"))
        size = int(fields.get("sz", -1))
    except (binascii.Error, ValueError):
        return None
    return Reply(fields.get("id", ""), fields.get("fid", ""), plain_line(status), plain_line(name), size)


def _decoded(text: str) -> str:
    return b64decode(text, validate=True).decode("utf-8", "replace")


class KittyTransfer:
    """One file on its way. `receive` is to be given what the terminal answers meanwhile."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._replies: asyncio.Queue[Reply] = asyncio.Queue()
        self._session = ""
        self._is_allowed = False
        self._begun = ""
        """Where the file lies at home, as soon as some of it may."""

    def receive(self, text: str) -> None:
        """The terminal has answered."""
        reply = reply_of(text)
        if reply is not None and reply.session == self._session:
            self._replies.put_nowait(reply)

    async def run(self, path: Path, say: Callable[[str], None], tell: Callable[[int], None]) -> str:
        """Send it; the path that it has at home. `say` gets words on what happens, `tell` the percentage.

        Raises OSError, TransferError, and ValueError when the file has changed meanwhile.
        """
        size = (await asyncio.to_thread(path.stat)).st_size
        await self._probe()
        self._begin()
        try:
            say(_QUESTION)
            await self._request_permission()
            file, place = await self._start(path.name)
            await self._send_content(path, size, file, place, tell)
        except BaseException:
            await self._cancel()
            raise
        self._say("finish")
        self._session = ""
        return place

    def _begin(self) -> None:
        """A session of its own; answers to any before are none to this."""
        self._session = secrets.token_hex(8)
        self._replies = asyncio.Queue()

    def _say(self, action: str, *, file: str = "", **fields: str | int | bytes) -> None:
        self._send(command(action, self._session, file=file, **fields))

    async def _answer(self, seconds: float = ANSWER_SECONDS) -> Reply:
        """The next answer; raises TimeoutError."""
        async with asyncio.timeout(seconds):  # wait_for may swallow that all is to be ended
            return await self._replies.get()

    # the steps

    async def _probe(self) -> None:
        """Ask with a password that is none, which kitty refuses by itself: so nobody is asked in vain."""
        self._begin()
        self._say("send", pw="sha256:none")
        try:
            reply = await self._answer()
        except TimeoutError:
            raise TransferError(
                "Your terminal does not answer.", f"kitty takes files since 0.26. {_OTHER_WAY}"
            ) from None
        if reply.status == "OK":
            self._say("cancel")

    async def _request_permission(self) -> None:
        self._say("send")
        try:
            reply = await self._answer(QUESTION_SECONDS)
        except TimeoutError:
            raise TransferError("Your terminal's question was not answered.", _OTHER_WAY) from None
        if reply.status != "OK":
            raise TransferError("You have refused it in your terminal.", _OTHER_WAY)
        self._is_allowed = True

    async def _start(self, name: str) -> tuple[str, str]:
        """Begin with a name that is free; the file's number in this session, and its path at home."""
        for number, free_name in zip(range(1, MOST_NAMES + 1), numbered(plain_line(name)), strict=False):
            file = f"f{number}"
            self._say("file", file=file, n=f"{FOLDER}/{free_name}", prm=PERMISSIONS)
            reply = await self._answer_on(file)
            if reply.status != "STARTED":
                raise _trouble(reply)
            if reply.size < 0:
                return file, reply.name or f"{FOLDER}/{free_name}"
        raise TransferError(f"Every name like {name} is taken in {FOLDER} of your laptop.", _OTHER_WAY)

    async def _send_content(
        self, path: Path, size: int, file: str, place: str, tell: Callable[[int], None]
    ) -> None:
        sent = arrived = told = 0
        async for chunk in _chunks(path, size):
            while sent - arrived >= MOST_ON_THEIR_WAY_BYTES:
                arrived = await self._progress(file)
            self._begun = place
            sent += len(chunk)
            is_last = sent == size
            self._say("end_data" if is_last else "data", file=file, **({"d": chunk} if chunk else {}))
            if size and (percent := min(99, 100 * arrived // size)) > told:
                told = percent
                tell(told)
        reply = await self._answer_on(file)
        while reply.status == "PROGRESS":
            reply = await self._answer_on(file)
        if reply.status != "OK":
            raise _trouble(reply, place)
        if reply.size != size:
            raise TransferError("Your terminal has saved another size.", f"Do not use {place}. {_OTHER_WAY}")

    async def _progress(self, file: str) -> int:
        """How many bytes have arrived now."""
        reply = await self._answer_on(file)
        if reply.status != "PROGRESS":
            raise _trouble(reply, self._begun)
        return reply.size

    async def _answer_on(self, file: str) -> Reply:
        """The next answer on this file, or on the whole."""
        try:
            while (reply := await self._answer()).file not in (file, ""):
                pass
        except TimeoutError:
            raise TransferError("Your terminal has fallen silent.", _left_hint(self._begun)) from None
        return reply

    async def _cancel(self) -> None:
        """Say so, and wait for the last answer: none may come when the shell has the terminal again."""
        self._say("cancel")
        with suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                while self._is_allowed and (await self._replies.get()).status != "CANCELED":
                    pass
        self._session = ""


def _trouble(reply: Reply, place: str = "") -> TransferError:
    """What the terminal says went wrong: `EPERM:No permission`."""
    code, _, words = reply.status.partition(":")
    return TransferError(f"Your terminal could not save it: {words or code}.", _left_hint(place))


def _left_hint(place: str) -> str:
    return f"Of {place}, there is only a part. {_OTHER_WAY}" if place else _OTHER_WAY


async def _chunks(path: Path, size: int) -> AsyncIterator[bytes]:
    """The content in pieces, at least one. Raises ValueError for another size than it had."""
    total = 0
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, READ_BYTES):
            total += len(block)
            if total > size or (len(block) < READ_BYTES and total < size):
                break
            for start in range(0, len(block), CHUNK_BYTES):
                yield block[start : start + CHUNK_BYTES]
        if size == 0 == total:
            yield b""
    if total != size:
        raise ValueError("it was changed meanwhile")

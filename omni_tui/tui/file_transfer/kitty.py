"""Send a file to the user's machine with kitty's protocol (OSC 5113). kitty asks its user first.

See https://sw.kovidgoyal.net/kitty/file-transfer-protocol/. Not documented there, but seen in kitty's code:
kitty replaces an existing file without asking. Its STARTED reply, sent before it touches anything, has that
file's size, so another name is tried then.
"""

from __future__ import annotations

import asyncio
import binascii
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import plain_line
from omni_tui.options.file_names.sanitize import numbered
from omni_tui.tui.file_transfer.chunks import chunks_of

# The protocol's limit.
CHUNK_BYTES = 4096
# How much is sent ahead of the replies: 22 kB as base64.
MAX_UNCONFIRMED_BYTES = 4 * CHUNK_BYTES
FOLDER = "~/Downloads"
# Readable by its owner only, whatever the umask there.
PERMISSIONS = 0o600
# A terminal that knows the protocol replies at once, apart from the connection's delay.
REPLY_SECONDS = 15.0
# For the user to answer kitty's question; kitty itself drops it after ten minutes.
QUESTION_SECONDS = 300.0
# For the last reply after canceling.
CANCEL_SECONDS = 2.0
MAX_NAMES = 100

_QUESTION = "allow the transfer in your terminal"
_OTHER_WAY = "Use “copy scp” instead."
_KEY = re.compile(r"[a-zA-Z0-9_]+")


class TransferError(OmniTuiError):
    """The terminal didn't accept the file, or not all of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. `status` is a code, after a failure with a colon and a message. `size` is -1 if unknown."""

    session: str
    file: str = ""
    status: str = ""
    name: str = ""
    size: int = -1


def command(action: str, session: str, *, file: str = "", **fields: str | int | bytes) -> str:
    """Return the escape sequence of one command; text and bytes are base64."""
    parts = [f"ac={action}", f"id={session}", *([f"fid={file}"] if file else [])]
    parts += [f"{key}={value if isinstance(value, int) else _base64(value)}" for key, value in fields.items()]
    return f"\x1b]5113;{';'.join(parts)}\x1b\\"


def _base64(value: str | bytes) -> str:
    return b64encode(value.encode("utf-8", "replace") if isinstance(value, str) else value).decode()


def reply_of(text: str) -> Reply | None:
    """Parse a reply; return None if it isn't a status reply."""
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
    """One file transfer. Pass the terminal's replies to `receive`."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._replies: asyncio.Queue[Reply] = asyncio.Queue()
        self._session = ""
        self._is_allowed = False
        self._incomplete_path = ""
        """The path on the user's machine, once part of the file may be there."""

    def receive(self, text: str) -> None:
        """Handle a reply of the terminal."""
        reply = reply_of(text)
        if reply is not None and reply.session == self._session:
            self._replies.put_nowait(reply)

    async def run(
        self, path: Path, show_message: Callable[[str], None], show_progress: Callable[[int], None]
    ) -> str:
        """Send the file; return its path on the user's machine.

        `show_message` gets messages, `show_progress` the percentage. Raises OSError, TransferError, and
        ValueError if the file changed during the transfer.
        """
        size = (await asyncio.to_thread(path.stat)).st_size
        await self._probe()
        self._begin()
        try:
            show_message(_QUESTION)
            await self._request_permission()
            file, remote_path = await self._start(path.name)
            await self._send_content(path, size, file, remote_path, show_progress)
        except BaseException:
            await self._cancel()
            raise
        self._send_command("finish")
        self._session = ""
        return remote_path

    def _begin(self) -> None:
        """Begin a session; replies to earlier ones are ignored."""
        self._session = secrets.token_hex(8)
        self._replies = asyncio.Queue()

    def _send_command(self, action: str, *, file: str = "", **fields: str | int | bytes) -> None:
        self._send(command(action, self._session, file=file, **fields))

    async def _next_reply(self, seconds: float | None = None) -> Reply:
        """Return the next reply, within REPLY_SECONDS by default. Raises TimeoutError."""
        limit = REPLY_SECONDS if seconds is None else seconds
        async with asyncio.timeout(limit):  # wait_for may swallow a cancellation
            return await self._replies.get()

    # the steps

    async def _probe(self) -> None:
        """Check that the terminal knows the protocol: kitty rejects this password without asking its user."""
        self._begin()
        self._send_command("send", pw="sha256:none")
        try:
            reply = await self._next_reply()
        except TimeoutError:
            raise TransferError(
                "Your terminal didn't reply.", f"Transfers need kitty 0.26 or newer. {_OTHER_WAY}"
            ) from None
        if reply.status == "OK":
            self._send_command("cancel")

    async def _request_permission(self) -> None:
        self._send_command("send")
        try:
            reply = await self._next_reply(QUESTION_SECONDS)
        except TimeoutError:
            raise TransferError("You didn't answer the question in your terminal.", _OTHER_WAY) from None
        if reply.status != "OK":
            raise TransferError("Transfer declined.", _OTHER_WAY)
        self._is_allowed = True

    async def _start(self, name: str) -> tuple[str, str]:
        """Start with a free name; return the file's number in the session and its path on the other side."""
        for number, free_name in zip(range(1, MAX_NAMES + 1), numbered(plain_line(name)), strict=False):
            file = f"f{number}"
            self._send_command("file", file=file, n=f"{FOLDER}/{free_name}", prm=PERMISSIONS)
            reply = await self._reply_about(file)
            if reply.status != "STARTED":
                raise _error_in(reply)
            if reply.size < 0:
                return file, reply.name or f"{FOLDER}/{free_name}"
        raise TransferError(f"All names like {name} are taken in {FOLDER} on your machine.", _OTHER_WAY)

    async def _send_content(
        self, path: Path, size: int, file: str, remote_path: str, show_progress: Callable[[int], None]
    ) -> None:
        sent = arrived = shown = 0
        if not size:
            self._send_command("end_data", file=file)
        async for chunk in chunks_of(path, size, CHUNK_BYTES):
            while sent - arrived >= MAX_UNCONFIRMED_BYTES:
                arrived = await self._progress(file)
            self._incomplete_path = remote_path
            sent += len(chunk)
            self._send_command("end_data" if sent == size else "data", file=file, d=chunk)
            if (percent := min(99, 100 * arrived // size)) > shown:
                shown = percent
                show_progress(shown)
        reply = await self._reply_about(file)
        while reply.status == "PROGRESS":
            reply = await self._reply_about(file)
        if reply.status != "OK":
            raise _error_in(reply, remote_path)
        if reply.size != size:
            raise TransferError("Size mismatch after transfer.", f"Don't use {remote_path}. {_OTHER_WAY}")

    async def _progress(self, file: str) -> int:
        """Return how many bytes have arrived."""
        reply = await self._reply_about(file)
        if reply.status != "PROGRESS":
            raise _error_in(reply, self._incomplete_path)
        return reply.size

    async def _reply_about(self, file: str) -> Reply:
        """Return the next reply about this file or the whole transfer."""
        try:
            while (reply := await self._next_reply()).file not in (file, ""):
                pass
        except TimeoutError:
            raise TransferError(
                "Your terminal stopped responding.", _left_hint(self._incomplete_path)
            ) from None
        return reply

    async def _cancel(self) -> None:
        """Cancel, and wait for the last reply, so that none reaches the shell later."""
        self._send_command("cancel")
        with suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                while self._is_allowed and (await self._replies.get()).status != "CANCELED":
                    pass
        self._session = ""


def _error_in(reply: Reply, remote_path: str = "") -> TransferError:
    """Return the error in a reply such as `EPERM:No permission`."""
    code, _, words = reply.status.partition(":")
    return TransferError(f"Your terminal couldn't save the file: {words or code}.", _left_hint(remote_path))


def _left_hint(remote_path: str) -> str:
    return f"{remote_path} is incomplete. {_OTHER_WAY}" if remote_path else _OTHER_WAY

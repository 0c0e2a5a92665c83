"""kitty's side of its file transfer: it follows the protocol strictly, and rejects anything else.

https://sw.kovidgoyal.net/kitty/file-transfer-protocol/
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = re.compile(r"\x1b\]5113;(.*?)\x1b\\", re.DOTALL)
_SAFE = re.compile(r"[0-9a-zA-Z_:.,/!@#$%^&*()\[\]{}~`?\"'\\|=+-]+")
_KEYS = {
    "send": {"ac", "id", "pw"},
    "file": {"ac", "id", "fid", "n", "prm"},
    "data": {"ac", "id", "fid", "d"},
    "end_data": {"ac", "id", "fid", "d"},
    "finish": {"ac", "id"},
    "cancel": {"ac", "id"},
}
_MAX_BYTES = 4096


@dataclass
class _File:
    path: Path
    written: int = 0
    is_closed: bool = False


@dataclass
class FakeKitty:
    """A terminal with a home folder. It returns replies, which the test passes back."""

    home: Path
    allows: bool | None = True
    """None: the question isn't answered."""
    knows_it: bool = True
    """False: an older version, which ignores all commands."""
    fails_at: dict[str, str] = field(default_factory=dict)
    """Error replies by command: `file`, `data` or `end_data`."""
    falls_silent_after: int = 1_000_000
    """How many pieces of data get a reply."""
    questions: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    """How each session ended: finish or cancel."""
    _sessions: dict[str, dict[str, _File]] = field(default_factory=dict)
    _rest: str = ""

    def take(self, painted: str) -> list[str]:
        """Return the replies to the commands in this output, which may contain other text."""
        text = self._rest + painted
        answers: list[str] = []
        end = 0
        for found in COMMAND.finditer(text):
            answers += self._do(found[1]) if self.knows_it else []
            end = found.end()
        at = text.rfind("\x1b", end)
        self._rest = text[at:] if at >= 0 else ""
        begun = text.find("\x1b]5113;", end)
        if begun >= 0:
            self._rest = text[begun:]
        return answers

    def _do(self, text: str) -> list[str]:
        pairs = [part.split("=", 1) for part in text.split(";")]
        told = dict(pairs)  # type: ignore[arg-type]
        assert len(told) == len(pairs), f"a key twice: {text}"
        action, session = told["ac"], told["id"]
        assert set(told) <= _KEYS[action], f"what is this: {text[:200]}"
        assert _SAFE.fullmatch(session)
        self.commands[action] += 1
        if action == "send":
            return self._asked(session, told.get("pw"))
        if action == "cancel":
            return self._cancelled(session)
        assert session in self._sessions, f"{action} in no session"
        if action == "finish":
            self.ended.append("finish")
            del self._sessions[session]
            return []
        if action == "file":
            return self._file(session, told)
        return self._data(session, told, is_last=action == "end_data")

    def _asked(self, session: str, password: str | None) -> list[str]:
        assert session not in self._sessions
        if password is not None:
            assert b64decode(password, validate=True)
            return [_status(session, "EPERM:User refused the transfer")]
        self.questions += 1
        if self.allows:
            self._sessions[session] = {}
            return [_status(session, "OK")]
        return [] if self.allows is None else [_status(session, "EPERM:User refused the transfer")]

    def _cancelled(self, session: str) -> list[str]:
        if self._sessions.pop(session, None) is None:
            return []
        self.ended.append("cancel")
        return [_status(session, "CANCELED")]

    def _file(self, session: str, told: dict[str, str]) -> list[str]:
        number = told["fid"]
        assert _SAFE.fullmatch(number)
        assert number not in self._sessions[session]
        assert re.fullmatch(r"\d+", told["prm"])
        name = b64decode(told["n"], validate=True).decode()
        assert name.startswith("~/")
        if words := self.fails_at.get("file"):
            return [_status(session, words, number)]
        path = self.home / name.removeprefix("~/")
        self._sessions[session][number] = _File(path)
        size = path.stat().st_size if path.exists() else -1
        return [_status(session, "STARTED", number, path, size)]

    def _data(self, session: str, told: dict[str, str], *, is_last: bool) -> list[str]:
        file, number = self._sessions[session][told["fid"]], told["fid"]
        content = b64decode(told.get("d", ""), validate=True)
        assert len(content) <= _MAX_BYTES
        assert content or is_last
        assert not file.is_closed
        if words := self.fails_at.get("end_data" if is_last else "data"):
            return [_status(session, words, number)]
        file.path.parent.mkdir(parents=True, exist_ok=True)
        with file.path.open("ab" if file.written else "wb") as stream:
            stream.write(content)
        file.written += len(content)
        file.is_closed = is_last
        self.falls_silent_after -= 1
        if self.falls_silent_after < 0:
            return []
        if is_last:
            return [_status(session, "OK", number, file.path, file.written)]
        return [_status(session, "PROGRESS", number, size=file.written)]


def _status(session: str, status: str, file: str = "", name: Path | None = None, size: int = -1) -> str:
    """Return a reply like kitty's, without default values."""
    told = ["ac=status", f"id={session}"]
    told += [f"fid={file}"] if file else []
    told += [f"sz={size}"] if size >= 0 else []
    told += [f"n={b64encode(str(name).encode()).decode()}"] if name is not None else []
    told += [f"st={b64encode(status.encode()).decode()}"]
    return f"\x1b]5113;{';'.join(told)}\x1b\\"

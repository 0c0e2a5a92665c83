"""Compare two files in a separate process, which can be stopped."""

from __future__ import annotations

import json
import subprocess
import sys
import types
import typing
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import FileDiff
from omni_tui.preview.errors import Stopped

# How long the process may take to end after it was asked to.
_GRACE_SECONDS = 1.0


class Comparison:
    """A comparison of two files. Call `run` in a thread; `stop` ends it at any time, from any thread."""

    def __init__(self, old: Path, new: Path, key: Sequence[str] = (), output: Path | None = None) -> None:
        self._request = {
            "old": str(old.absolute()),
            "new": str(new.absolute()),
            "key": list(key),
            "output": None if output is None else str(output.absolute()),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def run(self) -> FileDiff:
        """Return the differences. Blocks; raises CompareError, and Stopped after `stop`."""
        command = [sys.executable, "-P", "-m", "omni_tui.compare.worker"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            self._process = process
            if self._is_stopped:
                process.kill()
            try:
                return self._result(process)
            finally:
                process.terminate()  # so that it removes an unfinished file
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE_SECONDS)
                process.kill()

    def stop(self) -> None:
        """End the process."""
        self._is_stopped = True
        if self._process is not None:
            self._process.kill()

    def _result(self, process: subprocess.Popen[bytes]) -> FileDiff:
        try:
            reply, _ = process.communicate(json.dumps(self._request).encode())
            found: dict[str, Any] = json.loads(reply)
            if "error" in found:
                raise CompareError(str(found["error"]), str(found["hint"]))
            diff: FileDiff = from_json(FileDiff, found["ok"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise (Stopped if self._is_stopped else _broken()) from error
        return diff


def _broken() -> CompareError:
    return CompareError("The files can't be compared: one of them is damaged or too large.")


def from_json(kind: Any, found: Any) -> Any:
    """Return a dataclass or a value of another type from the JSON of its `asdict`.

    Raises TypeError, ValueError or LookupError for other input. (pydantic would take longer to import than
    most comparisons do.)
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if arguments[-1] is ...:
            return tuple(from_json(arguments[0], each) for each in found)
        return tuple(from_json(each, value) for each, value in zip(arguments, found, strict=True))
    if origin in (types.UnionType, typing.Union):
        rest = [each for each in arguments if each is not types.NoneType]
        return from_json(rest[0], found) if found is not None and len(rest) == 1 else found
    has_fields: bool = is_dataclass(kind)
    if has_fields:
        hints = _hints(kind)
        return kind(**{name: from_json(hints[name], value) for name, value in found.items()})
    return kind(found) if isinstance(kind, type) and issubclass(kind, Enum) else found


_hints = cache(typing.get_type_hints)

"""Reads a file in chunks, without blocking the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

# How many chunks are read from the disk at a time, in a thread.
READ_CHUNKS = 64


async def chunks_of(path: Path, size: int, chunk_bytes: int) -> AsyncIterator[bytes]:
    """Yield the content in chunks. Raises ValueError if the file no longer has this size."""
    total = 0
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, READ_CHUNKS * chunk_bytes):
            total += len(block)
            if total > size:
                break
            for start in range(0, len(block), chunk_bytes):
                yield block[start : start + chunk_bytes]
    if total != size:
        raise ValueError("the file changed")

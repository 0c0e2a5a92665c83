"""A compressed answer is decoded to its end or fails; nothing of it passes as it came."""

from __future__ import annotations

import contextlib
import gzip
import random
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.errors.types import ApiError, NotOmni, NotReached
from omni_tui.api.transport import decoding
from omni_tui.clock import SystemClock
from tests.api.support import Bench, RawServer, documents

ROWS = "".join(f"{number},Organic,{number * 7919 % 1009}\n" for number in range(3000)).encode()


def two_members(data: bytes) -> bytes:
    return gzip.compress(data[:1000]) + gzip.compress(data[1000:])


def many_members(data: bytes) -> bytes:
    return b"".join(gzip.compress(data[start : start + 37]) for start in range(0, len(data), 37))


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


Pack = Callable[[bytes], bytes]
GOOD: list[tuple[str, Pack]] = [
    ("gzip", gzip.compress),
    ("gzip", two_members),
    ("gzip", many_members),
    ("gzip", lambda data: two_members(data) + bytes(512)),
    ("x-gzip", two_members),
    ("GZip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("identity", bytes),
    ("", bytes),
    ("identity, gzip", two_members),
    ("gzip, gzip", lambda data: two_members(two_members(data))),
    ("deflate, gzip", lambda data: gzip.compress(bare_deflate(data))),
    ("gzip, deflate", lambda data: zlib.compress(two_members(data))),
]
PACKED = [case for case in GOOD if case[0] not in ("identity", "")]


def name(value: object) -> str | None:
    return getattr(value, "__name__", None)


async def pieces_of(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def fetched(encoding: str, data: bytes, size: int = 700) -> bytes:
    """The file as the client gives it, over a transport that answers so."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": encoding}, content=pieces_of(data, size))

    async with Bench(answer) as bench, bench.client.file("a", "j") as file:
        return b"".join([chunk async for chunk in file.chunks()])


async def outcome_of(encoding: str, data: bytes) -> bytes | type[ApiError]:
    try:
        return await fetched(encoding, data)
    except ApiError as error:
        return type(error)


@pytest.mark.parametrize(("encoding", "pack"), GOOD, ids=name)
@pytest.mark.parametrize("size", [1, 700, 10**9])
async def test_all_of_it_is_decoded(encoding: str, pack: Pack, size: int) -> None:
    assert await fetched(encoding, pack(ROWS), size) == ROWS


@pytest.mark.parametrize(("encoding", "pack"), GOOD, ids=name)
@pytest.mark.parametrize("is_chunked", [True, False])
async def test_a_real_server_sends_it(encoding: str, pack: Pack, is_chunked: bool) -> None:
    data = pack(ROWS)
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data) if is_chunked else data
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(data)}"
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n{length}\r\n\r\n".encode()
    async with (
        RawServer((head, body)).running() as root,
        Bench(root=root, clock=SystemClock()) as bench,
        bench.client.file("a", "j") as file,
    ):
        assert b"".join([chunk async for chunk in file.chunks()]) == ROWS


@pytest.mark.parametrize(("encoding", "pack"), PACKED, ids=name)
async def test_a_cut_stream_is_never_whole(encoding: str, pack: Pack) -> None:
    data = pack(ROWS).rstrip(b"\0")
    cuts = {0, 1, 2, 9, len(data) // 2, *(len(data) - left for left in (1, 4, 8, 9))}
    member_ends = {len(gzip.compress(ROWS[:1000])), len(gzip.compress(ROWS[:37]))}
    for cut in cuts - member_ends:
        assert await outcome_of(encoding, data[:cut]) is NotReached


async def test_a_real_server_that_closes_early_is_noticed() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    async with (
        RawServer((head, gzip.compress(ROWS)[:-8])).running() as root,
        Bench(root=root, clock=SystemClock()) as bench,
        bench.client.file("a", "j") as file,
    ):
        with pytest.raises(NotReached):
            [chunk async for chunk in file.chunks()]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", ROWS),
        ("gzip", zlib.compress(ROWS)),
        ("deflate", gzip.compress(ROWS)),
        ("gzip", gzip.compress(ROWS) + b"more"),
        ("gzip", bytes(20)),
        ("deflate", zlib.compress(ROWS) + b"more"),
        ("gzip", gzip.compress(ROWS)[:-8] + bytes(8)),
        ("deflate", zlib.compress(ROWS)[:-4] + bytes(4)),
        ("gzip, gzip", gzip.compress(ROWS)),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",  # the packed bytes hold the time of day
)
async def test_a_wrong_header_or_checksum_is_tried_again(encoding: str, data: bytes) -> None:
    assert await outcome_of(encoding, data) is NotReached  # which another try may mend


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "utf-8", "gzip, gzip, gzip"])
async def test_what_cannot_be_decoded_is_not_passed_on(encoding: str) -> None:
    assert await outcome_of(encoding, ROWS) is NotOmni


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "gzip, deflate"]), st.integers(0, 2**16))
def test_a_flipped_byte_never_changes_the_rows(data: bytes, encoding: str, seed: int) -> None:
    """Decoding ends in the same bytes, or in one of the two errors that fail a file."""
    packs: dict[str, Pack] = {
        "gzip": two_members,
        "deflate": zlib.compress,
        "gzip, deflate": lambda plain: zlib.compress(gzip.compress(plain)),
    }
    chance = random.Random(seed)
    packed = bytearray(packs[encoding](data))
    packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
    layers = decoding.layers_for(tuple(encoding.split(", ")))
    given = b""
    with contextlib.suppress(httpx.DecodingError, httpx.RemoteProtocolError):
        given = b"".join(decoding._through(layers, bytes(packed)))
        for layer in layers:
            layer.finish()
        assert given == data


async def test_a_bomb_is_decoded_in_small_steps() -> None:
    bomb = gzip.compress(bytes(32 * 1024 * 1024))
    taken = 0
    tracemalloc.start()
    try:
        async for step in decoding.decoded(pieces_of(bomb, 10**9), ("gzip",)):
            taken += len(step)
        assert tracemalloc.get_traced_memory()[1] < 4 * decoding.STEP_BYTES
    finally:
        tracemalloc.stop()
    assert taken == 32 * 1024 * 1024


async def test_a_bomb_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "ALWAYS_DECODED_BYTES", 1024 * 1024)
    bomb = gzip.compress(gzip.compress(bytes(32 * 1024 * 1024)))
    assert await outcome_of("gzip, gzip", bomb) is ApiError
    assert await outcome_of("gzip", gzip.compress(ROWS * 5)) == ROWS * 5


async def test_other_answers_are_decoded_the_same_way() -> None:
    page = documents("a").content

    def answering(encoding: str, data: bytes) -> Bench:
        headers = {"content-encoding": encoding}
        return Bench(lambda _: httpx.Response(200, headers=headers, content=pieces_of(data, 700)))

    async with answering("gzip", gzip.compress(page[:9]) + gzip.compress(page[9:])) as bench:
        assert len((await bench.client.documents()).records) == 1
    for encoding, data, kind in [
        ("gzip", gzip.compress(page)[:-8], NotReached),
        ("br", page, NotOmni),
        ("gzip", page, NotOmni),
        ("gzip", gzip.compress(b" " * 100_000_000), NotOmni),
    ]:
        async with answering(encoding, data) as bench:
            with pytest.raises(kind):
                await bench.client.documents()

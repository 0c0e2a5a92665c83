"""Every fault at every step of an export: the job's end, its message, the requests, and the files left.

A job is done in the end, waits for somebody who mends something (a key goes on with it), or has failed.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from tests.downloads.fakes import PDF, PNG
from tests.downloads.script import (
    JOB,
    NO_NAMES,
    NO_SUCH_NAME,
    OTHER,
    REFUSED,
    RESET,
    TIMEOUT,
    Answer,
    Script,
    clock_jumps,
    conflict_reply,
    cut,
    drips,
    elsewhere,
    page,
    pdf,
    refused,
    started,
    state,
    streamed,
)

START, STATUS, FILE = "starts", "statuses", "files"
DONE, WAITS, FAILED, BROKEN = "done", "waits", "failed", "failed, and kept as broken"
MANY = 2500
ANY = -1


@dataclass(frozen=True)
class Row:
    """One fault at one step.

    `words`: some of what is told, at the end or, where the job is done, on the way. `asked`: how many starts,
    polls and file requests come; ANY where that is of no interest.
    """

    fault: str
    step: str
    answers: Sequence[Answer]
    outcome: str
    words: str
    asked: tuple[int, int, int]

    @property
    def script(self) -> Script:
        """What the server does: at that step this, at the others what a good one does."""
        return Script(**{self.step: list(self.answers)})

    @property
    def left(self) -> list[str]:
        """What lies in the folder at the end: never half a file, and a wrong one says so."""
        return {DONE: ["Sales.pdf"], BROKEN: ["Sales.pdf.broken"]}.get(self.outcome, [])

    def __str__(self) -> str:
        return f"{self.fault}, {self.step}"


def bad_json() -> httpx.Response:
    return httpx.Response(200, content=b'{"status": "in_pro')


def busy(seconds: str = "") -> httpx.Response:
    return refused(429, **({"retry-after": seconds} if seconds else {}))


def not_done() -> httpx.Response:
    return httpx.Response(200, json={"success": False, "error": "Quota of renders reached"})


def rejected(status: int = 403) -> httpx.Response:
    """A rejected key as today's servers answer it: the status of a missing permission, another body."""
    return httpx.Response(status, json={"error": {"code": 403, "message": "Invalid bearer token"}})


def not_yet() -> httpx.Response:
    return httpx.Response(202, json={"job_id": JOB})


def endless(whole: httpx.Response) -> Answer:
    return drips(whole, has_end=False)


def short() -> httpx.Response:
    return streamed(PDF[:900], **{"content-length": str(len(PDF))})


def packed(
    data: bytes, end: int | None = None, before: bytes = b"", encoding: str = "gzip"
) -> httpx.Response:
    """The file, compressed, up to that byte, and with something before it."""
    body = before + gzip.compress(data)[: end or None]
    return streamed(body, **{"content-encoding": encoding})


def cut_at(end: int) -> Callable[[], httpx.Response]:
    return lambda: streamed(PDF[:end])


AFTER_30 = {"retry-after": "30"}
LENGTH, CHUNKED = {"has_length": True}, {"has_length": False}
STORM = 12  # more refusals than one request is sent again for
DAY = 86_400.0
COMPLETE = state("complete")
TILE_3 = state("error", error="Tile 3 timed out")
OTHER_WORDS = [state("reticulating"), state(""), state("QUEUED")]

# what is told
REACH, NAMES, NO_HOST = "Nothing is listening at", "Can't look up", "No server is named"
BROKE, LATE, DRIPS = "was lost", "didn't respond in time", "didn't finish its response"
WEB, UNREAD, BAD_GATEWAY = "a web page instead of Omni's API", "Can't read", "at the moment (HTTP 502)"
MOVED, KEY, BUSY = "redirected to login.example.com", "rejected the API key", "Rate limit reached"
GAVE_UP, TOMORROW = "within 30 minutes", "in 24 hours"
NOT_FETCHED, INSIDE, QUOTA = "be downloaded within", "internal error (HTTP 500)", "Quota of renders reached"
AGAIN, FORGOT, GONE = "server lost the job; restarted", "no record of this export", "no longer has the file"
NO_BOARD, OTHERS = "was deleted", "waiting for another export"
SHORT, CUT_OFF, EMPTY = "900 of 3,016 bytes", "cut off before its end", "an empty file"
SAME = "sent the same damaged file twice"
NO_UNPACK = "can't be decompressed"
SILENT, NOT_PDF = "gave no reason", "a PNG instead of PDF"
A_PNG, A_MESSAGE = "a PNG image instead", "an error message instead"

# fmt: off
TABLE = [Row(*row) for row in (
    # fault                step    what the server does                 outcome words       asked
    ("nothing",             START,  [],                                  DONE,   "",         (1, 1, 1)),
    ("refused, once",       START,  [REFUSED],                           DONE,   REACH,      (2, 1, 1)),
    ("refused, once",       STATUS, [REFUSED],                           DONE,   REACH,      (1, 2, 1)),
    ("refused, once",       FILE,   [REFUSED],                           DONE,   REACH,      (1, 1, 2)),
    ("refused for 2 min",   START,  [REFUSED] * 7,                       DONE,   REACH,      (8, 1, 1)),
    ("refused for ever",    START,  [REFUSED] * MANY,                    WAITS,  REACH,      (10, 0, 0)),
    ("refused for ever",    STATUS, [REFUSED] * MANY,                    WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("refused for ever",    FILE,   [REFUSED] * MANY,                    WAITS,  REACH,      (1, 1, ANY)),
    ("no names, once",      START,  [NO_NAMES],                          DONE,   NAMES,      (2, 1, 1)),
    ("no names, once",      STATUS, [NO_NAMES],                          DONE,   NAMES,      (1, 2, 1)),
    ("no names, once",      FILE,   [NO_NAMES],                          DONE,   NAMES,      (1, 1, 2)),
    ("no such name, ever",  START,  [NO_SUCH_NAME] * MANY,               WAITS,  NO_HOST,    (10, 0, 0)),
    ("no names for ever",   STATUS, [NO_NAMES] * MANY,                   WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("no names for ever",   FILE,   [NO_NAMES] * MANY,                   WAITS,  NAMES,      (1, 1, ANY)),
    ("reset, twice",        START,  [RESET] * 2,                         DONE,   BROKE,      (3, 1, 1)),
    ("reset, twice",        STATUS, [RESET] * 2,                         DONE,   BROKE,      (1, 3, 1)),
    ("reset, twice",        FILE,   [RESET] * 2,                         DONE,   BROKE,      (1, 1, 3)),
    ("reset for ever",      START,  [RESET] * MANY,                      WAITS,  BROKE,      (4, 0, 0)),
    ("reset for ever",      STATUS, [RESET] * MANY,                      WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("reset for ever",      FILE,   [RESET] * MANY,                      WAITS,  BROKE,      (1, 1, ANY)),
    ("timeout, once",       START,  [TIMEOUT],                           DONE,   LATE,       (2, 1, 1)),
    ("timeout, once",       STATUS, [TIMEOUT],                           DONE,   LATE,       (1, 2, 1)),
    ("timeout, once",       FILE,   [TIMEOUT],                           DONE,   LATE,       (1, 1, 2)),
    ("timeout for ever",    START,  [TIMEOUT] * MANY,                    WAITS,  LATE,       (4, 0, 0)),
    ("timeout for ever",    STATUS, [TIMEOUT] * MANY,                    WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("timeout for ever",    FILE,   [TIMEOUT] * MANY,                    WAITS,  LATE,       (1, 1, ANY)),
    ("slow drip",           START,  [drips(started())],                  DONE,   "",         (1, 1, 1)),
    ("slow drip",           STATUS, [drips(COMPLETE)],                   DONE,   "",         (1, 1, 1)),
    ("slow drip",           FILE,   [drips(pdf(), 0.5)],                 DONE,   "",         (1, 1, 1)),
    ("drips for hours",     FILE,   [drips(pdf())],                      WAITS,  NOT_FETCHED,(1, 1, 1)),
    ("drips without end",   START,  [endless(started())] * 9,            WAITS,  DRIPS,      (4, 0, 0)),
    ("drips without end",   STATUS, [endless(COMPLETE)],                 DONE,   DRIPS,      (1, 2, 1)),
    ("cut, with a length",  START,  [cut(started(), 20, **LENGTH)],      DONE,   BROKE,      (2, 1, 1)),
    ("cut, with a length",  STATUS, [cut(COMPLETE, 20, **LENGTH)],       DONE,   BROKE,      (1, 2, 1)),
    ("cut, with a length",  FILE,   [cut(pdf(), 1500, **LENGTH)],        DONE,   BROKE,      (1, 1, 2)),
    ("cut, chunked",        START,  [cut(started(), 20, **CHUNKED)],     DONE,   BROKE,      (2, 1, 1)),
    ("cut, chunked",        STATUS, [cut(COMPLETE, 20, **CHUNKED)],      DONE,   BROKE,      (1, 2, 1)),
    ("cut, chunked",        FILE,   [cut(pdf(), 1500, **CHUNKED)],       DONE,   BROKE,      (1, 1, 2)),
    ("cut five times",      FILE,   [cut(pdf(), 1500, **LENGTH)] * 5,    DONE,   BROKE,      (1, 1, 6)),
    ("cut for ever",        FILE,   [cut(pdf(), 1500, **LENGTH)] * 9,    WAITS,  BROKE,      (1, 1, 6)),
    ("page with 502",       START,  [page()],                            DONE,   BAD_GATEWAY,(2, 1, 1)),
    ("page with 502",       STATUS, [page()] * 7,                        DONE,   BAD_GATEWAY,(1, 8, 1)),
    ("page with 502",       FILE,   [page(), page(504)],                 DONE,   BAD_GATEWAY,(1, 1, 3)),
    ("502 for ever",        START,  [page()] * MANY,                     WAITS,  BAD_GATEWAY,(4, 0, 0)),
    ("502 for ever",        STATUS, [page()] * MANY,                     WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("502 for ever",        FILE,   [page()] * MANY,                     WAITS,  BAD_GATEWAY,(1, 1, ANY)),
    ("bad JSON",            START,  [bad_json()],                        WAITS,  UNREAD,     (1, 0, 0)),
    ("bad JSON",            STATUS, [bad_json()],                        DONE,   UNREAD,     (1, 2, 1)),
    ("bad JSON",            FILE,   [bad_json()],                        BROKEN, A_MESSAGE,  (1, 1, 1)),
    ("bad JSON after 502s", STATUS, [page()] * 4 + [bad_json()] * 4,     DONE,   UNREAD,     (1, 9, 1)),
    ("500 for ever",        STATUS, [refused(500)] * MANY,               WAITS,  INSIDE,     (1, ANY, 0)),
    ("failed, with a 200",  START,  [not_done()],                        FAILED, QUOTA,      (1, 0, 0)),
    ("failed, with a 200",  STATUS, [not_done()] * 4,                    DONE,   QUOTA,      (1, 5, 1)),
    ("fails, with 200s",    STATUS, [not_done()] * 9,                    FAILED, QUOTA,      (1, 5, 0)),
    ("rejected, with a 200",START,  [rejected(200)],                     WAITS,  KEY,        (1, 0, 0)),
    ("a huge job ID",       START,  [started("x" * 100_000)],            WAITS,  UNREAD,     (1, 0, 0)),
    ("bad JSON for ever",   STATUS, [bad_json()] * 9,                    WAITS,  UNREAD,     (1, 5, 0)),
    ("wrong length",        START,  [cut(started(), 91, **LENGTH)],      DONE,   BROKE,      (2, 1, 1)),
    ("packed, and cut",     FILE,   [lambda: packed(PDF, -8)],           DONE,   BROKE,      (1, 1, 2)),
    ("packed wrongly",      FILE,   [lambda: packed(PDF, 0, b"x")] * 9,  WAITS,  NO_UNPACK,  (1, 1, 6)),
    ("packed unknown",      FILE,   [lambda: packed(PDF, encoding="br")],WAITS,  "with br",    (1, 1, 1)),
    ("too short",           FILE,   [short],                             DONE,   SHORT,      (1, 1, 2)),
    ("ends early, chunked", FILE,   [lambda: streamed(PDF[:900])],       DONE,   CUT_OFF,    (1, 1, 2)),
    ("too short for ever",  FILE,   [short] * 9,                         BROKEN, SHORT,      (1, 1, 6)),
    ("cut, same twice",     FILE,   [lambda: streamed(PDF[:900])] * 9,   BROKEN, SAME,       (1, 1, 2)),
    ("cut, never the same", FILE,   [cut_at(n) for n in range(900, 999)],BROKEN, CUT_OFF,    (1, 1, 6)),
    ("empty",               FILE,   [pdf(b"")],                          FAILED, EMPTY,      (1, 1, 1)),
    ("wrong type",          START,  [page(200)],                         WAITS,  WEB,        (1, 0, 0)),
    ("wrong type",          STATUS, [page(200)] * 2,                     DONE,   WEB,        (1, 3, 1)),
    ("wrong type",          FILE,   [page(200)] * 2,                     DONE,   WEB,        (1, 1, 3)),
    ("wrong type for ever", FILE,   [page(200)] * 9,                     WAITS,  WEB,        (1, 1, 5)),
    ("wrong type for ever", STATUS, [page(200)] * 9,                     WAITS,  WEB,        (1, 5, 0)),
    ("an image for a PDF",  FILE,   [pdf(PNG)],                          BROKEN, A_PNG,      (1, 1, 1)),
    ("another format",      STATUS, [state("complete", format="png")],   FAILED, NOT_PDF,    (1, 1, 0)),
    ("redirect elsewhere",  START,  [elsewhere()],                       WAITS,  MOVED,      (1, 0, 0)),
    ("redirect elsewhere",  STATUS, [elsewhere()],                       DONE,   WEB,        (1, 2, 1)),
    ("redirect elsewhere",  FILE,   [elsewhere()],                       DONE,   WEB,        (1, 1, 2)),
    ("key revoked",         START,  [refused(401)],                      WAITS,  KEY,        (1, 0, 0)),
    ("key revoked",         STATUS, [state("running"), refused(401)],    WAITS,  KEY,        (1, 2, 0)),
    ("key revoked",         FILE,   [refused(401)],                      WAITS,  KEY,        (1, 1, 1)),
    ("key rejected",        START,  [rejected()],                        WAITS,  KEY,        (1, 0, 0)),
    ("key rejected",        STATUS, [state("running"), rejected()],      WAITS,  KEY,        (1, 2, 0)),
    ("key rejected",        FILE,   [rejected()],                        WAITS,  KEY,        (1, 1, 1)),
    ("429",                 START,  [busy()],                            DONE,   "",         (2, 1, 1)),
    ("429",                 STATUS, [busy()],                            DONE,   "",         (1, 2, 1)),
    ("429",                 FILE,   [busy()],                            DONE,   "",         (1, 1, 2)),
    ("429, Retry-After",    START,  [busy("17")],                        DONE,   "",         (2, 1, 1)),
    ("429, Retry-After",    STATUS, [busy("17")],                        DONE,   "",         (1, 2, 1)),
    ("429, Retry-After",    FILE,   [busy("17")],                        DONE,   "",         (1, 1, 2)),
    ("429 storm",           START,  [busy()] * STORM,                    DONE,   BUSY,       (13, 1, 1)),
    ("429 storm",           STATUS, [busy()] * STORM,                    DONE,   BUSY,       (1, 13, 1)),
    ("429 storm",           FILE,   [busy()] * STORM,                    DONE,   BUSY,       (1, 1, 13)),
    ("storm, Retry-After",  START,  [busy("20")] * STORM,                DONE,   BUSY,       (13, 1, 1)),
    ("storm, Retry-After",  STATUS, [busy("20")] * STORM,                DONE,   BUSY,       (1, 13, 1)),
    ("storm, Retry-After",  FILE,   [busy("20")] * STORM,                DONE,   BUSY,       (1, 1, 13)),
    ("429 for ever",        START,  [busy()] * MANY,                     WAITS,  BUSY,       (32, 0, 0)),
    ("429 for ever",        STATUS, [busy()] * MANY,                     WAITS,  GAVE_UP,    (1, ANY, 0)),
    ("429 for ever",        FILE,   [busy()] * MANY,                     WAITS,  BUSY,       (1, 1, ANY)),
    ("come back tomorrow",  START,  [busy("86400")],                     WAITS,  TOMORROW,   (1, 0, 0)),
    ("come back tomorrow",  STATUS, [busy("86400")],                     WAITS,  TOMORROW,   (1, 1, 0)),
    ("come back tomorrow",  FILE,   [busy("86400")],                     WAITS,  TOMORROW,   (1, 1, 1)),
    ("503, Retry-After",    STATUS, [refused(503, **AFTER_30)],          DONE,   "",         (1, 2, 1)),
    ("clock a day forwards",START,  [clock_jumps(DAY, started())],       DONE,   "",         (1, 1, 1)),
    ("clock a day forwards",STATUS, [clock_jumps(DAY, COMPLETE)],        DONE,   "",         (1, 1, 1)),
    ("clock a day forwards",FILE,   [clock_jumps(DAY, pdf())],           DONE,   "",         (1, 1, 1)),
    ("clock a day back",    START,  [clock_jumps(-DAY, started())],      DONE,   "",         (1, 1, 1)),
    ("clock a day back",    STATUS, [clock_jumps(-DAY, COMPLETE)],       DONE,   "",         (1, 1, 1)),
    ("clock a day back",    FILE,   [clock_jumps(-DAY, pdf())],          DONE,   "",         (1, 1, 1)),
    ("back, and no answer", START,  [clock_jumps(-DAY, TIMEOUT)],        DONE,   LATE,       (2, 1, 1)),
    ("back, and no answer", STATUS, [clock_jumps(-DAY, TIMEOUT)],        DONE,   LATE,       (1, 2, 1)),
    ("back, and no answer", FILE,   [clock_jumps(-DAY, TIMEOUT)],        DONE,   LATE,       (1, 1, 2)),
    ("server forgot",       STATUS, [state("running"), refused(404)],    DONE,   AGAIN,      (2, 3, 1)),
    ("forgets always",      STATUS, [refused(404)] * 9,                  FAILED, FORGOT,     (2, 2, 0)),
    ("not there yet",       FILE,   [refused(404)] * 3,                  DONE,   FORGOT,     (1, 1, 4)),
    ("server forgot",       FILE,   [refused(404)] * 4,                  FAILED, GONE,       (1, 1, 4)),
    ("dashboard gone",      START,  [refused(404)],                      FAILED, NO_BOARD,   (1, 0, 0)),
    ("refused option",      START,  [refused(400, "hideTitle: no")],     FAILED, "no",       (1, 0, 0)),
    ("no permission",       START,  [refused(403, "No access")],         FAILED, "No access",(1, 0, 0)),
    ("in the way, by field",START,  [conflict_reply(existing_job_id=OTHER)], DONE,   OTHERS,     (2, 2, 1)),
    ("in the way, by words",START,  [conflict_reply()],                      DONE,   OTHERS,     (2, 2, 1)),
    ("words not known",     STATUS, OTHER_WORDS,                         DONE,   "",         (1, 4, 1)),
    ("a word like complete",STATUS, [state("Success")],                  DONE,   "",         (1, 1, 1)),
    ("not ready after all", FILE,   [not_yet],                           DONE,   "",         (1, 2, 2)),
    ("no length",           FILE,   [lambda: streamed(PDF)],             DONE,   "",         (1, 1, 1)),
    ("render failed",       STATUS, [TILE_3],                            FAILED, "Tile 3",   (1, 1, 0)),
    ("failed, silent",      STATUS, [state("FAILED")],                   FAILED, SILENT,     (1, 1, 0)),
    ("render failed",       FILE,   [refused(410, "Job failed.")],       FAILED, "One tile", (1, 1, 1)),
    ("running for ever",    STATUS, [state("in_progress")] * MANY,       WAITS,  GAVE_UP,    (1, ANY, 0)),
)]
# fmt: on

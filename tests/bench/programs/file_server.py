"""A minimal Omni server that sends a large file as fast as the system can, with threads and sendfile.

    python -m tests.bench.programs.file_server FILE

Each export is ready at once. A dashboard's id says how many bytes its file has: the first ones of FILE, over
and over, and as a PDF with the beginning and the end of one. Its address is printed.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import threading
from pathlib import Path
from typing import Any

JOB_ID = "0b5ce44e-7d1c-4c9e-9d2b-5d5f4b1f2f10"
DOCUMENTS = 40
PDF_START, PDF_END = b"%PDF-1.4\n1 0 obj\n", b"\nstartxref\n9\n%%EOF\n"
_FILE = re.compile(r"/api/v1/dashboards/([0-9]+)/download/[^/]+$")


def main() -> None:
    """Serve until killed."""
    path = Path(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    with path.open("rb") as file:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, file.fileno()), daemon=True).start()


def serve(connection: socket.socket, file: int) -> None:
    """Serve one connection, request by request."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in pending:
                received = connection.recv(65536)
                if not received:
                    return
                pending += received
            head, _, pending = pending.partition(b"\r\n\r\n")
            found = re.search(rb"(?i)content-length: *(\d+)", head)
            length = int(found[1]) if found else 0
            while len(pending) < length:
                pending += connection.recv(65536)
            body, pending = pending[:length], pending[length:]
            try:
                answer(connection, file, head.split(b" ")[1].decode().partition("?")[0], body)
            except OSError:
                return


_pdfs: set[str] = set()


def answer(connection: socket.socket, file: int, path: str, body: bytes) -> None:
    """Send one response: the file, or JSON."""
    found = _FILE.search(path)
    if found is not None:
        send_file(connection, file, int(found[1]), is_pdf=found[1] in _pdfs)
        return
    if body and json.loads(body)["format"] == "pdf":
        _pdfs.add(path.split("/")[-2])
    told = json.dumps(reply(path)).encode()
    connection.sendall(header("application/json", len(told)) + told)


def send_file(connection: socket.socket, file: int, length: int, *, is_pdf: bool) -> None:
    """Send this many bytes in total."""
    start, end = (PDF_START, PDF_END) if is_pdf else (b"", b"")
    connection.sendall(header("application/pdf" if is_pdf else "text/csv", length) + start)
    left, size = length - len(start) - len(end), os.fstat(file).st_size
    while left:
        offset = 0
        while left and offset < size:
            sent = os.sendfile(connection.fileno(), file, offset, min(left, size - offset))
            offset, left = offset + sent, left - sent
    connection.sendall(end)


def header(content_type: str, length: int) -> bytes:
    """Return the head of a response."""
    lines = ("HTTP/1.1 200 OK", f"Content-Type: {content_type}", f"Content-Length: {length}", "", "")
    return "\r\n".join(lines).encode()


def reply(path: str) -> dict[str, Any]:
    """Return the API's response to all requests except those for a file."""
    if path.endswith("/download"):
        return {"job_id": JOB_ID, "message": "Download initiated successfully"}
    if path.endswith("/status"):
        return {"job_id": JOB_ID, "status": "complete"}
    if path.endswith("/queries"):
        return {"queries": [{"id": "1", "name": "Rows", "queryIdentifierMapKey": "1", "query": {}}]}
    if path.endswith("/filters"):
        return {"identifier": path.split("/")[-2], "filterOrder": [], "filters": {}, "controls": []}
    if path.endswith("/documents"):
        records = [
            {"identifier": str(number), "name": f"Dashboard {number}", "hasDashboard": True}
            for number in range(1, DOCUMENTS + 1)
        ]
        pages = {"hasNextPage": False, "nextCursor": None, "pageSize": 100, "totalRecords": DOCUMENTS}
        return {"records": records, "pageInfo": pages}
    return {"Resources": [], "totalResults": 0, "itemsPerPage": 0, "startIndex": 1}


if __name__ == "__main__":
    main()

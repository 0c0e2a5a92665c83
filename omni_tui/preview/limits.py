"""Resource limits for a process that reads untrusted files."""

from __future__ import annotations

import contextlib


def set_process_limits(memory_bytes: int, cpu_seconds: int) -> None:
    """Let the system end this process if it exceeds the limits. Windows doesn't support this."""
    try:
        import resource
    except ImportError:
        return
    bounds = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),  # no core dumps: they would contain the file's content
    )
    for kind, most in bounds:
        _, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # macOS doesn't support all of them
            resource.setrlimit(kind, (soft, hard))

"""Shared fixtures."""

from __future__ import annotations

from tests.system.ssh_server import ssh_server

__all__ = ["ssh_server"]

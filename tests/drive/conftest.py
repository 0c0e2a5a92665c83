"""Fixtures shared by all tests here."""

from __future__ import annotations

from tests.system.ssh_server import ssh_server

__all__ = ["ssh_server"]

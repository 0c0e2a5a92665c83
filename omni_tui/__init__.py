"""Get Omni dashboards out as files, from a terminal."""

__version__ = "0.1.0"

"""Export Omni dashboards to files, from a terminal."""

__version__ = "0.1.0"

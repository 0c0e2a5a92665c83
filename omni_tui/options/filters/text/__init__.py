"""Filters as text: its syntax, its grammar and its quoting."""

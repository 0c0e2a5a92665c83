"""Faults that the demo can play: a broken organization, and damaged files."""

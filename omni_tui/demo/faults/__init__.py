"""Simulated faults: a broken organization, and damaged files."""

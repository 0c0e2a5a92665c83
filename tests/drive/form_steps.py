"""Keyboard steps in the real program: to the form of a demo dashboard, and through it."""

from __future__ import annotations

from tests.drive.terminal import Terminal


def find_sales_by_region(terminal: Terminal) -> None:
    """From the list of dashboards, open the form of the only one with this name."""
    terminal.wait("Blob Web Traffic")
    terminal.press("/", "sales by region")
    terminal.wait(r"1 of \d+")
    terminal.press("enter")


def choose_all_orders(terminal: Terminal) -> None:
    """Choose CSV and the tile with all orders without a row limit; focus the first filter's value."""
    terminal.wait("months")
    terminal.press("c", "down", "right", "down")
    terminal.wait("Revenue by week")
    terminal.press("all ord", "enter")
    terminal.wait(r"All orders +key 7")
    terminal.press("down", "right", "right", "space")
    terminal.wait("☑ Override row limit")
    terminal.press("down", "down", "down")
    terminal.wait("is · is not · contains")  # the filter's operators

"""Format values, raw or as the dashboard shows them."""

from __future__ import annotations

from datetime import date

from omni_tui.demo.sample_data.data_model import Kind, Value

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def formatted(value: Value, kind: Kind) -> str:
    """Format a value: $1,234.50, 12.5%, 23 Nov 2026. A missing one is empty."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    match kind:
        case Kind.MONEY:
            return f"-${-value:,.2f}" if value < 0 else f"${value:,.2f}"
        case Kind.PERCENT:
            return f"{value:.1%}"
        case Kind.WHOLE:
            return f"{value:,.0f}"
    return f"{value:,.1f}"


def raw(value: Value) -> str | int | float | bool | None:
    """Return a value without formatting: dates as 2026-11-23, others unchanged."""
    return value.isoformat() if isinstance(value, date) else value


def shortened(value: float, kind: Kind) -> str:
    """Format a number for an axis or a tile: $1.2M, 12k, 12.5%."""
    if kind is Kind.PERCENT:
        return f"{value:.0%}" if abs(value) >= 0.2 else f"{value:.1%}"
    symbol = "$" if kind is Kind.MONEY else ""
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size * 0.9995:
            number = value / size
            return f"{symbol}{number:.0f}{unit}" if abs(number) >= 99.95 else f"{symbol}{number:.3g}{unit}"
    return f"{symbol}{value:.3g}" if abs(value) < 100 else f"{symbol}{value:.0f}"


def printable(text: str) -> str:
    """Return the text on one line without control and direction marks, which could break a file."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())

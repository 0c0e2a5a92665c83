"""Whole numbers as people write them: 10000, 10,000, 10 000, 10k, 1.5k, 2m, 1e6."""

from __future__ import annotations

import re
from decimal import Decimal

# Between thousands: people write 50,000 and 50 000 (also with a no-break or a thin space), 50_000 and 50'000.
_BETWEEN = " ,_'\u00a0\u2009\u202f"
_DIGITS = re.compile(rf"-?(?:\d+|\d{{1,3}}(?:[{_BETWEEN}]\d{{3}})+)", re.ASCII)
# A point is only taken before a letter: 10.000 is ten in one country and ten thousand in another.
_SHORT = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)\s*(?:([km])|e\+?(\d{1,2}))", re.ASCII | re.IGNORECASE)
_POWERS = {"k": 3, "m": 6}
# The most digits that a short form has: 15, and an exponent of 99. A number is shown as it can be read.
MAX_DIGITS = 114


def whole_number(text: str) -> int | None:
    """Return the number that a text means; None when it isn't a whole number. Raises nothing."""
    text = text.strip()
    if _DIGITS.fullmatch(text):
        digits = re.sub(rf"[{_BETWEEN}]", "", text)
        return int(digits) if len(digits) <= MAX_DIGITS else None
    short = _SHORT.fullmatch(text)
    if short is None:
        return None
    number = Decimal(short[1]).scaleb(_POWERS[short[2].lower()] if short[2] else int(short[3]))
    return int(number) if number == number.to_integral_value() else None

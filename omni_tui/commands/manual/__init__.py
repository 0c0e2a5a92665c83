"""The manual page, and the code that makes it from the parsers."""

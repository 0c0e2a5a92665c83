"""The user's terminal: what it supports, and the escape sequences for it."""

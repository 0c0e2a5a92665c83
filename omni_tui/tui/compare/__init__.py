"""The screen that compares a saved export with the one before it."""

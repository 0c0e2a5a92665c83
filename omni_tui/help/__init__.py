"""The help topics: Markdown files, read by `omni-tui help` and by the help of the screens alike."""

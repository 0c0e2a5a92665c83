"""The help topics: Markdown files, shown by `omni-tui help` and by the screens."""

"""The flags of `omni-tui download`: options, filters, the preset, and what happens after saving."""

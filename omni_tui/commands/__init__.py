"""The subcommands of `omni-tui`, which work without screens. Nothing here imports textual."""

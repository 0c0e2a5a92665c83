"""The subcommands of `omni-tui`: what works without a screen. Nothing here imports textual."""

"""`omni-tui schedule`: downloads that a systemd user timer or cron starts."""

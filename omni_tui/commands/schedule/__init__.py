"""`omni-tui schedule`: downloads started by a systemd user timer or cron."""

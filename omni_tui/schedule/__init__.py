"""Schedules: downloads that a systemd user timer or cron starts. Headless; knows no server and no screen."""

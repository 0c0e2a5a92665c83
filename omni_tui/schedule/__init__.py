"""Schedules: downloads started by a systemd user timer or cron. Independent of servers and screens."""

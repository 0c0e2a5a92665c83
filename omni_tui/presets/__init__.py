"""Presets, which the user saves under a name, and the settings of each dashboard's last export."""

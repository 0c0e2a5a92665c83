"""Dashboards as files. What draws and packs them is imported when the first file is rendered."""

"""Render dashboards as files. The libraries are imported when the first file is rendered."""

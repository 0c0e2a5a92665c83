"""The demo's content: dashboards, their tiles and filters, and users."""

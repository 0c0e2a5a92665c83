"""What the demo's Omni holds: dashboards, their tiles and filters, and the people."""

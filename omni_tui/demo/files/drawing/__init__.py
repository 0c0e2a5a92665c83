"""Draw a dashboard: its layout, cards and charts, as a PDF and a PNG."""

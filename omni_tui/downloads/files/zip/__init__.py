"""Check a ZIP or XLSX file without trusting its members."""

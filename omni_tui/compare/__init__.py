"""Compare two saved exports: their tables, pages and pictures, and their options."""

"""Compare two saved exports: their tables, pages and pictures, and how they were made."""

"""Compare two tables of any size in bounded memory."""

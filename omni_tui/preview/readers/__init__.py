"""Read CSV, JSON and workbooks as streams of rows, in bounded memory."""

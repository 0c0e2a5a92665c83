"""Pages of PDFs and pictures as terminal cells, drawn in a process of their own."""

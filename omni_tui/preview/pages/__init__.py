"""Show pages of PDFs and pictures as terminal cells, drawn in a separate process."""

"""Show tables with rows at any position: read, search, sort and lay them out."""

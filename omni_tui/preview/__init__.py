"""Read saved files for a preview or a comparison: tables, pages and pictures, in bounded time and memory."""

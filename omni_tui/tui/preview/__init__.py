"""The preview of a saved file: its table, its pages, or its picture."""

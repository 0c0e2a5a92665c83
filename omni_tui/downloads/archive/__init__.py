"""The list of downloads as an archive: search, grouping by request, and checks of the saved files."""

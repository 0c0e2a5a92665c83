"""The list of downloads as an archive: search, exports of one request together, and their files today."""

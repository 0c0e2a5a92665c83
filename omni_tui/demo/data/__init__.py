"""The rows behind the tiles: made up, the same on every run of a day, and narrowed by filters."""

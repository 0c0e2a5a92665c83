"""The rows of the tiles: generated, the same all day, and filtered."""

"""More actions of `omni-tui downloads`: find a broken tile, prune the list."""

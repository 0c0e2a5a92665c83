"""What `omni-tui downloads` does beside listing: find a broken tile, prune the list."""

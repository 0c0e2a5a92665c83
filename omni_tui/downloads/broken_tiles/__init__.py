"""Find the tile that fails a dashboard's export, by exporting the tiles one by one."""

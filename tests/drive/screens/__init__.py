"""What the screens show in a real terminal."""

"""Programs that are killed, signaled, or meet a full disk, in a real terminal."""

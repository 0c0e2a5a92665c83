"""Support data: the stored and exported log of requests, without secrets."""

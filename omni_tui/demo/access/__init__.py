"""Access to the demo's API: keys, the rate limit, and the user that a request runs as."""

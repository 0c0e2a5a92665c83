"""What helps to find out what went wrong: the log of requests, kept and exported. No secret is in it."""

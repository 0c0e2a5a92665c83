"""The terminal at the other end: what it can do, and the sequences that make it do that."""

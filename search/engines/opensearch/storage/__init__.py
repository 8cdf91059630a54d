"""What lies in a cluster beside queries: states, the vocabulary in blocks, and what was left there."""

"""From tokens to segments: building and merging them."""

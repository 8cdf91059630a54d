"""Speaking with a cluster: its address, who asks, requests and what they come to."""

"""What an index in a cluster costs, beside an embedded one and beside what the cluster does by itself."""

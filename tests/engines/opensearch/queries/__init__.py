"""Questions to a cluster, against brute force and against what each costs."""

"""Indexes that a cluster of OpenSearch keeps: the same terms, the same scores."""

"""Tests of the engine for a cluster, with what they need beside a node."""

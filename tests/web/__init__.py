"""Tests of the service: a real one is started, and asked over its socket."""

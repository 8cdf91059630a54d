"""Tests of the columns engine."""

"""Tests of engines, with what they share."""

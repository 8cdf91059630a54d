"""Tests of conversations of mails."""

"""Answers for programs: tables, paths, templates, and lists that are asked as a whole."""

"""The isolated process that reads risky formats, and its limits."""

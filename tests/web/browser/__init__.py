"""Tests in a real Chromium, where there is one."""

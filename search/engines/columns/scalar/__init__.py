"""Small answers without NumPy: the same files, the same formulas, a number at a time."""

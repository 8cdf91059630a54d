"""The embedded engine: NumPy columns in files, and the Whoosh codec over them.

Whoosh is imported in this folder alone, and only by the codec: a query needs none of it.
"""

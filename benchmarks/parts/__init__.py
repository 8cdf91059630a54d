"""What a part of coopsearch costs, each beside another way to do it. Scripts, started by `dev.py`."""

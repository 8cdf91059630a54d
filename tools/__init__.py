"""What `dev.py` runs in the environment that it makes, a file for each command. None of it is installed."""

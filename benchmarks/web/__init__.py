"""What an answer costs in a browser and over HTTP."""

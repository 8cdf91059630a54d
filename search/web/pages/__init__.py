"""The pages: what a person sees in a browser. Made on the server; they work without JavaScript."""

"""Commands that make an index, look after it and hand it on."""

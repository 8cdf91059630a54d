"""Which hits come first beyond what finds them: close words, a whole title, all words."""

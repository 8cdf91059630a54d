"""What a terminal shows, and what is kept from it."""

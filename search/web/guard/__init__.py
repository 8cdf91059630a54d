"""Who may ask, from where, and how much: what stands before every page and every answer."""

"""Documents that scripts add: they have no file, and no source gives them anew."""

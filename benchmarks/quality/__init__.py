"""How good what is found is: languages, words that must meet, the settings of the ranking. Scripts."""

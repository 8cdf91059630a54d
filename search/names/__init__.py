"""Names across scripts and spellings: Ghazouani, Ghazwani and الغزواني are one man."""

"""Documents of word processors, spreadsheets and slides, and what they are packed in."""

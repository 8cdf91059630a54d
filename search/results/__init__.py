"""What is made of documents that were found: passages, reasons, counts, and what was meant."""

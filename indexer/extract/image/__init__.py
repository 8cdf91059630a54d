"""Pictures, made ready for OCR."""

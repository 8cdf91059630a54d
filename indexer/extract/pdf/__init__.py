"""PDF: pages, their layout, and scans."""

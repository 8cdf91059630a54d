"""What a word of a query stands for: its forms, its family, and its compounds."""

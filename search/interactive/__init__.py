"""The interactive screen: results as one types, the passage beside them."""

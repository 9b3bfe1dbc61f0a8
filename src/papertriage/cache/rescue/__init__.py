"""Check, copy and repair a cache."""

"""Check, copy and mend a cache."""

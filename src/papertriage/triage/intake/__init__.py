"""Take papers in."""

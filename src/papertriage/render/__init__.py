"""Draw on a terminal."""

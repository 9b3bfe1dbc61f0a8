"""Send a digest through the user's own mail server."""

"""Hand a digest to the reader's own mail server."""

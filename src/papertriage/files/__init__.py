"""Read the forms of files that papers come in."""

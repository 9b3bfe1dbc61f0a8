"""Read papers from files in various formats."""

"""Turn papers into text for people and programs."""

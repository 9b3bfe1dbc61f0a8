"""Rank papers by what a person keeps and skips, and advise when to stop reading."""

"""Rank papers by what one person keeps and skips, and say when enough were read."""

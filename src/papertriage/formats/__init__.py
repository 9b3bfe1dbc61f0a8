"""Render papers as text for people and programs."""

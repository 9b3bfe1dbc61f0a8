"""Teach topics and interest."""

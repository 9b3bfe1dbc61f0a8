"""Measure topics and rankings."""

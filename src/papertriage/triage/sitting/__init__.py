"""Sit down with the papers that wait."""

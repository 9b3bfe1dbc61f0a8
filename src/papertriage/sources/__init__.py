"""Fetch papers from the services and feeds that publish them."""

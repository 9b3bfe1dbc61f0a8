"""Make the day's picks and digests."""

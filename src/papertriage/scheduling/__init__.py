"""Let the system's scheduler run papertriage every day."""

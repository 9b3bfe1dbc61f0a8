"""Have the system's own scheduler run papertriage every day."""

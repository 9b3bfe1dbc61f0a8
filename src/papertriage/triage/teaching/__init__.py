"""Train topics, and learn interest from decisions."""

"""Define, train, score and evaluate topics."""

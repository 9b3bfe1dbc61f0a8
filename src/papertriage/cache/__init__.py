"""Keep papers, tags, labels and decisions in one SQLite file."""

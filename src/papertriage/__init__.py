"""Turn the day's new papers into the ten to read, on the reader's own machine."""

__version__ = "0.1.0"

"""Join cache, sources and topics into use cases."""

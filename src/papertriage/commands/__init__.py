"""Parse options, call one use case and hand the result to output, one file per subcommand."""

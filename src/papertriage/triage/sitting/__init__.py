"""Run triage sessions on the papers that wait for a decision."""

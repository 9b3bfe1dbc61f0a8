-- A paper that a catch-up had no time for. Nobody has looked at it, so this is no decision and
-- teaches nothing; it only keeps the paper from waiting for ever.
CREATE TABLE passed (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL,                 -- when (UTC); a paper that changes later waits again
    why TEXT NOT NULL                 -- catch-up of 20 minutes
) WITHOUT ROWID;

-- A paper that was shown because chance drew it among all that waited, not for its rank. What was
-- said of it is a decision like any other; this only says that it counts as a random sample.
CREATE TABLE audits (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL                  -- when it was drawn (UTC)
) WITHOUT ROWID;

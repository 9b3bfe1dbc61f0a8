-- What was learned from the decisions: the line with the highest key counts. Keys are never used
-- again, so that a score of a forgotten model is never taken for one of a new model.
CREATE TABLE interest_models (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL,               -- of the model's content, a file beside the cache
    at TEXT NOT NULL,                 -- when it was learned (UTC)
    keeps INTEGER NOT NULL,
    skips INTEGER NOT NULL,
    said INTEGER NOT NULL,            -- lines of decisions and undos in the journal at that time
    calibration_error REAL NOT NULL   -- on the decisions themselves, cross-validated
);

-- How likely a paper is to be kept. Only rows of the model that counts are ever read.
CREATE TABLE interests (
    paper INTEGER PRIMARY KEY,
    model INTEGER NOT NULL,
    score REAL NOT NULL,
    merit REAL NOT NULL,              -- the order in which papers are picked, as in tags
    evidence TEXT NOT NULL            -- JSON [[term, contribution]…], adds up to the score's log-odds
);
CREATE INDEX interests_by_merit ON interests (model, merit DESC, paper);

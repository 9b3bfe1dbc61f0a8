-- Papers that were stored without being new: a later version, changed metadata, a backfill. They
-- are never picked nor counted as new, until they are announced.
CREATE TABLE no_news (
    paper INTEGER PRIMARY KEY         -- the paper's key
);

-- 1: the announce type and the day were worked out, not told by arXiv's daily feed.
ALTER TABLE sightings ADD COLUMN inferred INTEGER;

-- From and up to which announcement day every paper of the feed has come; NULL: not known.
ALTER TABLE receipts ADD COLUMN whole_from TEXT;
ALTER TABLE receipts ADD COLUMN whole_to TEXT;
-- Papers that were stored without being new.
ALTER TABLE receipts ADD COLUMN older INTEGER NOT NULL DEFAULT 0;

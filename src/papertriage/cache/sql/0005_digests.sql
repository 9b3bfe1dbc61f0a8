-- A digest as it was made, so that it can be replayed whatever became of its papers since.
CREATE TABLE digests (
    id TEXT PRIMARY KEY,              -- hash of content; stands in every text of the digest
    day TEXT NOT NULL,                -- the last of its days, the reader's own
    asked TEXT NOT NULL,              -- JSON array: what was asked for beside the day
    at TEXT NOT NULL,                 -- when it was first made (UTC)
    content TEXT NOT NULL,            -- JSON: picks, what else was new, feeds, receipts
    models TEXT NOT NULL,             -- JSON: by topic the hash of the model that scored
    settings TEXT NOT NULL            -- JSON: the settings that shaped it, with their hash
) WITHOUT ROWID;
CREATE INDEX digests_by_day ON digests (day, at);

-- What was written of a digest; the text itself can be made again.
CREATE TABLE digest_texts (
    sha256 TEXT PRIMARY KEY,          -- of the text in UTF-8
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    version TEXT NOT NULL,            -- the papertriage that wrote it
    at TEXT NOT NULL                  -- when it was first written (UTC)
) WITHOUT ROWID;
CREATE INDEX digest_texts_by_digest ON digest_texts (digest, at);

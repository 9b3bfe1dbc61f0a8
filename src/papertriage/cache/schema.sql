-- Everything that a cache holds. A change goes here, for new caches, and into a migration script
-- for existing ones: cache/migrations.py. Dates and times are ISO 8601, UTC.

-- One work, identified without its version.
CREATE TABLE papers (
    key INTEGER PRIMARY KEY,          -- joins the tables below; never shown
    id TEXT NOT NULL UNIQUE,          -- arxiv:2510.02252, doi:10.…, title:…
    title TEXT NOT NULL,
    abstract TEXT,                    -- a Zstandard frame, or text where that is shorter
    authors TEXT NOT NULL,            -- JSON array of names
    published TEXT,
    updated TEXT,
    announced TEXT,
    version INTEGER,
    categories TEXT NOT NULL,         -- JSON array, primary first
    primary_category TEXT,
    url TEXT,
    pdf_url TEXT,
    doi TEXT,
    comment TEXT,
    code_url TEXT,
    came TEXT NOT NULL,               -- when it was added to the cache
    changed TEXT,                     -- when a new version last really changed title or abstract
    day TEXT NOT NULL,                -- what listings sort by and show: announced, else published, else came
    -- The authorities of the paper's fields, as digits of models/authority.py: one for all fields,
    -- or one for each after the id, in the order of models.Paper, 0 if it is empty. NULL: given by
    -- its sightings.
    authority INTEGER
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX papers_by_came ON papers (came);

-- Names of a paper that are not its id: former ids, its DOI.
CREATE TABLE other_names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,          -- 1: it was the paper's id
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
CREATE INDEX other_names_by_paper ON other_names (paper);

-- Every current or former id of a paper, and its DOI. To be queried for a given name or paper;
-- joined with a table, SQLite reads all of it.
CREATE VIEW names (name, paper, was_id) AS
SELECT id, key, 1 FROM papers UNION ALL SELECT name, paper, was_id FROM other_names;

-- What a title is recognised by: the 16 hexadecimal digits of title:… as a number of 64 bits.
CREATE TABLE title_hashes (
    hash INTEGER NOT NULL,
    paper INTEGER NOT NULL,
    PRIMARY KEY (hash, paper)
) WITHOUT ROWID;

-- Two papers that were found to be the same; `doctor --split` undoes it.
CREATE TABLE merges (
    key INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    paper INTEGER NOT NULL,
    id TEXT NOT NULL,                 -- the original id of the paper merged in
    feed TEXT NOT NULL,               -- the feed that it came from
    why TEXT NOT NULL,                -- doi or title
    before TEXT NOT NULL,             -- the paper as it was, JSON
    other TEXT NOT NULL,              -- the paper merged in as it arrived, JSON
    split_at TEXT
);
CREATE INDEX merges_by_paper ON merges (paper);
CREATE INDEX merges_by_id ON merges (id);

-- A paper's text before a new version changed it.
CREATE TABLE earlier_texts (
    paper INTEGER NOT NULL,
    at TEXT NOT NULL,                 -- when the newer text was stored
    version INTEGER,
    title TEXT NOT NULL,
    abstract TEXT,
    PRIMARY KEY (paper, at)
) WITHOUT ROWID;

-- The categories of papers, ignoring case.
CREATE TABLE paper_categories (
    category TEXT NOT NULL COLLATE NOCASE,
    paper INTEGER NOT NULL,
    PRIMARY KEY (paper, category)
) WITHOUT ROWID;
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);

-- Times given by a fast clock: papers has the corrected time, and gets this one back should it have
-- been right after all.
CREATE TABLE ahead (
    paper INTEGER PRIMARY KEY,
    came TEXT NOT NULL,
    changed TEXT
);
CREATE INDEX ahead_by_came ON ahead (came);

-- Papers that were not new when stored: a later version, changed metadata, a backfill. They are
-- never picked nor counted as new until they are announced.
CREATE TABLE no_news (
    paper INTEGER PRIMARY KEY         -- the paper's key
);

-- unpacked() is papertriage's own function: cache/packing.py.
CREATE VIEW paper_texts (key, title, abstract, authors) AS
SELECT key, title, unpacked(abstract), authors FROM papers;

-- External content: the text is stored once, in papers. Written by cache/papers.py in the same
-- transaction as the paper; triggers would halve the speed of an import. Abstracts come first: FTS5
-- spends two bytes on each word of each paper to say that it is in another column.
CREATE VIRTUAL TABLE papers_index USING fts5 (
    abstract, title, authors,
    content = 'paper_texts', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- The titles again, on their own: to find papers whose title has all words of a query, a tenth of
-- the index suffices. Without the sizes that only bm25 needs; both indexes reach as far as
-- papers_index_docsize says.
CREATE VIRTUAL TABLE titles_index USING fts5 (
    title,
    content = 'papers', content_rowid = 'key', columnsize = 0,
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- Larger segments are faster to write (bytes; FTS5's default is 1 MiB).
INSERT INTO papers_index (papers_index, rank) VALUES ('hashsize', 67108864);
INSERT INTO titles_index (titles_index, rank) VALUES ('hashsize', 67108864);

-- A paper seen in a feed on a day.
CREATE TABLE sightings (
    paper INTEGER NOT NULL,
    feed TEXT NOT NULL,
    day TEXT NOT NULL,
    source TEXT NOT NULL,
    announce_type TEXT,
    upvotes INTEGER,
    comments INTEGER,
    place INTEGER,                    -- its rank in the feed on that day, from 1
    inferred INTEGER,                 -- 1: announce type and day were inferred, not given
    PRIMARY KEY (paper, feed, day)
) WITHOUT ROWID;
CREATE INDEX sightings_with_upvotes ON sightings (day) WHERE upvotes IS NOT NULL;
-- Queried for the announcements of a feed, and for the papers of a source; two sources have
-- millions, of which the newest are found by their day.
CREATE INDEX sightings_by_feed ON sightings (feed, day)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');
CREATE INDEX sightings_by_source ON sightings (source)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');

-- The state that a source keeps for a feed: validators, where to continue.
CREATE TABLE feed_states (
    feed TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (feed, name)
) WITHOUT ROWID;

-- What a fetch or an import received and what it missed.
CREATE TABLE receipts (
    key INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    feed TEXT NOT NULL,
    verdict TEXT NOT NULL,
    since TEXT,
    until TEXT,
    new INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    skipped TEXT NOT NULL,            -- JSON array of reasons
    message TEXT,
    replaced INTEGER NOT NULL DEFAULT 0,
    cross_listed INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                     -- the server's answer
    newest TEXT,                      -- newest announcement day seen
    whole_from TEXT,                  -- first announcement day without missing papers;
    whole_to TEXT,                    -- the last one; NULL: not known
    older INTEGER NOT NULL DEFAULT 0  -- papers that were stored without being new
);
CREATE INDEX receipts_by_feed ON receipts (feed, at);

-- Lines of files that are in the cache, so that a file that is read again is not parsed again. A
-- run is some consecutive lines; its hash, the first 64 bits of SHA-256, covers the reader's
-- version.
CREATE TABLE runs (hash INTEGER PRIMARY KEY);
-- A paper removed from the cache may be restored by the file it came from.
CREATE TRIGGER runs_forgotten AFTER DELETE ON papers WHEN EXISTS (SELECT 1 FROM runs) BEGIN
    DELETE FROM runs;
END;

-- The topics that papers are tagged with, and the model of each.
CREATE TABLE topics (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    threshold REAL NOT NULL,
    model TEXT NOT NULL,              -- hash of the model's content
    tagged_to INTEGER NOT NULL        -- papers up to this key carry this model's scores
);

-- The tagger's verdict on a paper and a topic.
CREATE TABLE tags (
    paper INTEGER NOT NULL,
    topic INTEGER NOT NULL,
    score REAL NOT NULL,
    tagged INTEGER NOT NULL,          -- 1: score >= the topic's threshold
    merit REAL NOT NULL,              -- the order in which papers are picked: ranking/merit.py
    evidence TEXT NOT NULL,           -- JSON [[term, contribution]…], adds up to the score's log-odds
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
CREATE INDEX tags_by_merit ON tags (topic, merit DESC, paper) WHERE tagged = 1;

-- What was learned from the decisions: the row with the highest key is current. Keys are never
-- reused, so that a score of a deleted model is never taken for one of a new model.
CREATE TABLE interest_models (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL,               -- of the model's content, a file next to the cache
    at TEXT NOT NULL,                 -- when it was learned
    keeps INTEGER NOT NULL,
    skips INTEGER NOT NULL,
    said INTEGER NOT NULL,            -- lines of decisions and undos in the journal at that time
    calibration_error REAL NOT NULL   -- on the decisions themselves, cross-validated
);

-- How likely a paper is to be kept. Only rows of the current model are ever read.
CREATE TABLE interests (
    paper INTEGER PRIMARY KEY,
    model INTEGER NOT NULL,
    score REAL NOT NULL,
    merit REAL NOT NULL,              -- the order in which papers are picked, as in tags
    evidence TEXT NOT NULL            -- JSON [[term, contribution]…], adds up to the score's log-odds
);
CREATE INDEX interests_by_merit ON interests (model, merit DESC, paper);

-- Decisions and labels, one line each, forever: the tables below are derived from these lines, and
-- two machines' journals merge by union. Papers are named by id, so that a line outlives its paper.
CREATE TABLE journal (
    line TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'label', 'undo')),
    paper TEXT NOT NULL,
    topic TEXT,
    value TEXT,
    undoes TEXT
) WITHOUT ROWID;
CREATE INDEX journal_by_paper ON journal (paper, at);
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_undone ON journal (undoes) WHERE undoes IS NOT NULL;

-- The current decision on each paper, derived from the journal.
CREATE TABLE decisions (
    paper TEXT PRIMARY KEY,
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'skip', 'later')),
    at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX decisions_by_decision ON decisions (decision, at);
-- The current label of each paper and topic, derived from the journal: 1 belongs to it, 0 does not.
CREATE TABLE labels (
    paper TEXT NOT NULL,
    topic TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;

-- A paper chosen for a day.
CREATE TABLE picks (
    paper TEXT NOT NULL,
    day TEXT NOT NULL,                -- the reader's own calendar day
    rank INTEGER NOT NULL,
    score REAL NOT NULL,
    topic TEXT NOT NULL,
    reasons TEXT NOT NULL,            -- JSON array
    at TEXT NOT NULL,                 -- when it was chosen
    PRIMARY KEY (paper, day)
) WITHOUT ROWID;
CREATE INDEX picks_by_day ON picks (day, rank);

-- A paper skipped by a catch-up for lack of time. Nobody has looked at it, so this is no decision
-- and teaches nothing; it only keeps the paper from waiting forever.
CREATE TABLE passed (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL,                 -- a paper that changes later waits again
    why TEXT NOT NULL                 -- catch-up of 20 minutes
) WITHOUT ROWID;

-- A paper that was drawn at random from all waiting papers, whatever its rank. The decision on it
-- is like any other; this only marks it as part of a random sample.
CREATE TABLE audits (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL                  -- when it was drawn
) WITHOUT ROWID;

-- A digest as it was made, so that it can be written again even if its papers have changed since.
CREATE TABLE digests (
    id TEXT PRIMARY KEY,              -- hash of content; appears in every text of the digest
    day TEXT NOT NULL,                -- the last of its days, the reader's own
    asked TEXT NOT NULL,              -- JSON array: the options other than the day
    at TEXT NOT NULL,                 -- when it was first made
    content TEXT NOT NULL,            -- JSON: picks, what else was new, feeds, receipts
    models TEXT NOT NULL,             -- JSON: the hash of each topic's model
    settings TEXT NOT NULL            -- JSON: the settings that shaped it, with their hash
) WITHOUT ROWID;
CREATE INDEX digests_by_day ON digests (day, at);

-- The texts rendered from a digest.
CREATE TABLE digest_texts (
    sha256 TEXT PRIMARY KEY,          -- of the text in UTF-8
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    version TEXT NOT NULL,            -- the papertriage version that wrote it
    at TEXT NOT NULL,                 -- when it was first written
    text BLOB                         -- the text, compressed; NULL in records from before it was stored
) WITHOUT ROWID;
CREATE INDEX digest_texts_by_digest ON digest_texts (digest, at);

-- Which digest went where: one row for each digest and recipient, written before it is sent. Rows
-- are never deleted: otherwise a digest could be sent twice.
CREATE TABLE deliveries (
    digest TEXT NOT NULL,             -- its first and last day, and the other options
    recipient TEXT NOT NULL,          -- an e-mail address in lower case, or file:PATH
    until TEXT NOT NULL,              -- the digest's last day
    asked TEXT NOT NULL,              -- the options other than its days
    -- sending: started, and interrupted if it stays so; unknown: the server never answered
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'sent')),
    content TEXT NOT NULL,            -- SHA-256 of the text that was sent
    message_id TEXT NOT NULL,         -- of the mail; empty for a file
    copy INTEGER NOT NULL,            -- how often it had been sent before: 0, or more with --resend
    at TEXT NOT NULL,                 -- when this state began
    PRIMARY KEY (digest, recipient)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_recipient ON deliveries (recipient, asked, until);

-- The consumers of `export --consumer NAME`, and how far each has read.
CREATE TABLE consumers (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    since TEXT NOT NULL,              -- when it first asked
    asked TEXT NOT NULL,              -- the filters of its last new batch, JSON
    upto INTEGER NOT NULL,            -- papers up to this key were checked with these filters
    seen INTEGER NOT NULL             -- rows of touched up to this number were checked too
);

-- A list of papers that a consumer was given, under a number that is never reused.
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer INTEGER NOT NULL,
    given TEXT NOT NULL,
    acknowledged TEXT                 -- NULL: open, and given again until it is acknowledged
);
CREATE UNIQUE INDEX batches_open ON batches (consumer) WHERE acknowledged IS NULL;
CREATE INDEX batches_by_consumer ON batches (consumer, number);

-- Who was given what, forever. Papers are named by id, so that a row outlives its paper.
CREATE TABLE handed (
    consumer INTEGER NOT NULL,
    paper TEXT NOT NULL,              -- the id that it was given under
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,           -- in the batch, from 1
    changed TEXT,                     -- papers.changed when it was given
    PRIMARY KEY (consumer, paper, batch)
) WITHOUT ROWID;
CREATE UNIQUE INDEX handed_by_batch ON handed (batch, place);

-- The text of an open batch, so that it is given again byte for byte.
CREATE TABLE batch_texts (
    batch INTEGER NOT NULL,
    format TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (batch, format, place)
);

-- Already checked papers that changed in a way that a filter may ask for. New papers need no row:
-- their key is above every consumer's upto.
CREATE TABLE touched (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL UNIQUE
);
CREATE TRIGGER touched_by_update AFTER UPDATE ON papers
WHEN NEW.key <= (SELECT max(upto) FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = NEW.key;
    INSERT INTO touched (paper) VALUES (NEW.key);
END;
CREATE TRIGGER touched_by_sighting AFTER INSERT ON sightings
WHEN NEW.paper <= (SELECT max(upto) FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = NEW.paper;
    INSERT INTO touched (paper) VALUES (NEW.paper);
END;
CREATE TRIGGER touched_by_tag AFTER INSERT ON tags
WHEN NEW.tagged = 1 AND NEW.paper <= (SELECT max(upto) FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = NEW.paper;
    INSERT INTO touched (paper) VALUES (NEW.paper);
END;
CREATE TRIGGER touched_by_retag AFTER UPDATE OF tagged ON tags
WHEN NEW.tagged = 1 AND OLD.tagged = 0 AND NEW.paper <= (SELECT max(upto) FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = NEW.paper;
    INSERT INTO touched (paper) VALUES (NEW.paper);
END;
CREATE TRIGGER touched_by_decision AFTER INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = (SELECT key FROM papers WHERE id = NEW.paper);
    INSERT INTO touched (paper) SELECT key FROM papers WHERE id = NEW.paper;
END;
CREATE TRIGGER touched_by_other_decision AFTER UPDATE OF decision ON decisions
WHEN EXISTS (SELECT 1 FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = (SELECT key FROM papers WHERE id = NEW.paper);
    INSERT INTO touched (paper) SELECT key FROM papers WHERE id = NEW.paper;
END;
CREATE TRIGGER touched_by_undo AFTER DELETE ON decisions
WHEN EXISTS (SELECT 1 FROM consumers) BEGIN
    DELETE FROM touched WHERE paper = (SELECT key FROM papers WHERE id = OLD.paper);
    INSERT INTO touched (paper) SELECT key FROM papers WHERE id = OLD.paper;
END;

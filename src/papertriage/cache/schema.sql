-- Everything that a cache holds. A change of it goes here, for new caches, and into a script of its
-- own, for those that are in use: cache/migrations.py. Dates and times are ISO 8601, UTC.

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
    came TEXT NOT NULL,               -- when it came into the cache
    changed TEXT,                     -- when a new version last really changed title or abstract
    day TEXT NOT NULL,                -- what listings sort by and show: announced, else published, else came
    -- Who said what the paper says, as digits of models/authority.py: one for all fields, or one for
    -- each after the id, in the order of models.Paper, 0 where it says nothing. NULL: its sightings
    -- tell.
    authority INTEGER
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX papers_by_came ON papers (came);

-- Names that a paper goes by and that are not its id: ids that it had, its DOI.
CREATE TABLE other_names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,          -- 1: it was the paper's id
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
CREATE INDEX other_names_by_paper ON other_names (paper);

-- Every id that a paper has or had, and its DOI. To be asked by a name or a paper that is given;
-- joined with a table, SQLite reads all of it.
CREATE VIEW names (name, paper, was_id) AS
SELECT id, key, 1 FROM papers UNION ALL SELECT name, paper, was_id FROM other_names;

-- By what its title is recognised: the 16 hexadecimal digits of title:… as a number of 64 bits.
CREATE TABLE title_hashes (
    hash INTEGER NOT NULL,
    paper INTEGER NOT NULL,
    PRIMARY KEY (hash, paper)
) WITHOUT ROWID;

-- Two papers that were found to be one; `doctor --split` undoes it.
CREATE TABLE merges (
    key INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    paper INTEGER NOT NULL,
    id TEXT NOT NULL,                 -- the id that the one merged in came with
    feed TEXT NOT NULL,               -- the feed that brought it
    why TEXT NOT NULL,                -- doi or title
    before TEXT NOT NULL,             -- the paper as it was, JSON
    other TEXT NOT NULL,              -- the one merged in as it came, JSON
    split_at TEXT
);
CREATE INDEX merges_by_paper ON merges (paper);
CREATE INDEX merges_by_id ON merges (id);

-- What a paper said before a new version changed it.
CREATE TABLE earlier_texts (
    paper INTEGER NOT NULL,
    at TEXT NOT NULL,                 -- when the newer text came
    version INTEGER,
    title TEXT NOT NULL,
    abstract TEXT,
    PRIMARY KEY (paper, at)
) WITHOUT ROWID;

-- Which categories papers are of, whatever their case.
CREATE TABLE paper_categories (
    category TEXT NOT NULL COLLATE NOCASE,
    paper INTEGER NOT NULL,
    PRIMARY KEY (paper, category)
) WITHOUT ROWID;
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);

-- What a clock that was ahead said: papers has the time to which that was put right, and gets this
-- one back should it have been right after all.
CREATE TABLE ahead (
    paper INTEGER PRIMARY KEY,
    came TEXT NOT NULL,
    changed TEXT
);
CREATE INDEX ahead_by_came ON ahead (came);

-- Papers that were stored without being new: a later version, changed metadata, a backfill. They
-- are never picked nor counted as new, until they are announced.
CREATE TABLE no_news (
    paper INTEGER PRIMARY KEY         -- the paper's key
);

-- unpacked() is papertriage's own function: cache/packing.py.
CREATE VIEW paper_texts (key, title, abstract, authors) AS
SELECT key, title, unpacked(abstract), authors FROM papers;

-- External content: the text stands once, in papers. Written by cache/papers.py in the same
-- transaction as the paper; triggers would halve the speed of an import. Abstracts come first: FTS5
-- spends two bytes on each word of each paper to say that it stands in another column.
CREATE VIRTUAL TABLE papers_index USING fts5 (
    abstract, title, authors,
    content = 'paper_texts', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- The titles once more, alone: which papers have all words of a query in the title is asked of an
-- index of a tenth of the size. Without the sizes that only bm25 asks for; both indexes reach as far
-- as papers_index_docsize says.
CREATE VIRTUAL TABLE titles_index USING fts5 (
    title,
    content = 'papers', content_rowid = 'key', columnsize = 0,
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- Larger pieces before they are written are quicker (bytes; FTS5's own is 1 MiB).
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
    inferred INTEGER,                 -- 1: announce type and day were worked out, not told by arXiv's daily feed
    PRIMARY KEY (paper, feed, day)
) WITHOUT ROWID;
CREATE INDEX sightings_with_upvotes ON sightings (day) WHERE upvotes IS NOT NULL;
-- Asked for the announcements of a feed, and for the papers of a source; two bring millions, of
-- which the newest are found by their day.
CREATE INDEX sightings_by_feed ON sightings (feed, day)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');
CREATE INDEX sightings_by_source ON sightings (source)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');

-- What a source wants to remember of a feed: validators, where to continue.
CREATE TABLE feed_states (
    feed TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (feed, name)
) WITHOUT ROWID;

-- What a fetch or an import got and did not get.
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
    outcome TEXT,                     -- what the server answered
    newest TEXT,                      -- newest announcement day seen
    whole_from TEXT,                  -- from this announcement day every paper of the feed has come;
    whole_to TEXT,                    -- up to this one; NULL: not known
    older INTEGER NOT NULL DEFAULT 0  -- papers that were stored without being new
);
CREATE INDEX receipts_by_feed ON receipts (feed, at);

-- Lines of files that are in the cache: a file that is read again is not parsed again. A run is some
-- lines one after the other; its hash, the first 64 bits of SHA-256, covers the reader's version.
CREATE TABLE runs (hash INTEGER PRIMARY KEY);
-- A paper that is taken out of the cache may come back by the file that brought it.
CREATE TRIGGER runs_forgotten AFTER DELETE ON papers WHEN EXISTS (SELECT 1 FROM runs) BEGIN
    DELETE FROM runs;
END;

-- The topics that tags were made for, with the model that made them.
CREATE TABLE topics (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    threshold REAL NOT NULL,
    model TEXT NOT NULL,              -- hash of the model's content
    tagged_to INTEGER NOT NULL        -- papers up to this key carry this model's scores
);

-- What the tagger said of a paper and a topic.
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

-- What was learned from the decisions: the line with the highest key counts. Keys are never used
-- again, so that a score of a forgotten model is never taken for one of a new model.
CREATE TABLE interest_models (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL,               -- of the model's content, a file beside the cache
    at TEXT NOT NULL,                 -- when it was learned
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

-- What people said, one line each, for ever: decisions and labels are read off these lines, and two
-- machines' journals merge by union. Papers are named by id, so that a line outlives its paper.
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

-- The journal's last word for each paper.
CREATE TABLE decisions (
    paper TEXT PRIMARY KEY,
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'skip', 'later')),
    at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX decisions_by_decision ON decisions (decision, at);
-- The journal's last word for each paper and topic: 1 belongs to it, 0 does not.
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

-- A paper that a catch-up had no time for. Nobody has looked at it, so this is no decision and
-- teaches nothing; it only keeps the paper from waiting for ever.
CREATE TABLE passed (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL,                 -- a paper that changes later waits again
    why TEXT NOT NULL                 -- catch-up of 20 minutes
) WITHOUT ROWID;

-- A paper that was shown because chance drew it among all that waited, not for its rank. What was
-- said of it is a decision like any other; this only says that it counts as a random sample.
CREATE TABLE audits (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL                  -- when it was drawn
) WITHOUT ROWID;

-- A digest as it was made, so that it can be written again whatever became of its papers since.
CREATE TABLE digests (
    id TEXT PRIMARY KEY,              -- hash of content; stands in every text of the digest
    day TEXT NOT NULL,                -- the last of its days, the reader's own
    asked TEXT NOT NULL,              -- JSON array: what was asked for beside the day
    at TEXT NOT NULL,                 -- when it was first made
    content TEXT NOT NULL,            -- JSON: picks, what else was new, feeds, receipts
    models TEXT NOT NULL,             -- JSON: by topic the hash of the model that scored
    settings TEXT NOT NULL            -- JSON: the settings that shaped it, with their hash
) WITHOUT ROWID;
CREATE INDEX digests_by_day ON digests (day, at);

-- What was written of a digest.
CREATE TABLE digest_texts (
    sha256 TEXT PRIMARY KEY,          -- of the text in UTF-8
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    version TEXT NOT NULL,            -- the papertriage that wrote it
    at TEXT NOT NULL,                 -- when it was first written
    text BLOB                         -- what was written, packed; NULL in records before it was kept
) WITHOUT ROWID;
CREATE INDEX digest_texts_by_digest ON digest_texts (digest, at);

-- Which digest went where: one line for each digest and recipient, written before it is sent. These
-- lines are never cleared: without them a digest would be sent twice.
CREATE TABLE deliveries (
    digest TEXT NOT NULL,             -- its first and last day, and what else was asked for
    recipient TEXT NOT NULL,          -- an e-mail address in small letters, or file:PATH
    until TEXT NOT NULL,              -- the digest's last day
    asked TEXT NOT NULL,              -- what was asked for beside its days
    -- sending: begun, and cut short if it stays so; unknown: the server never said
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'sent')),
    content TEXT NOT NULL,            -- SHA-256 of the text that was sent
    message_id TEXT NOT NULL,         -- of the mail; empty for a file
    copy INTEGER NOT NULL,            -- how often it had been sent before: 0, or more with --resend
    at TEXT NOT NULL,                 -- when this state began
    PRIMARY KEY (digest, recipient)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_recipient ON deliveries (recipient, asked, until);

-- Who takes papers over by `export --consumer NAME`, and how far it was looked for it.
CREATE TABLE consumers (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    since TEXT NOT NULL,              -- when it asked first
    asked TEXT NOT NULL,              -- the filters of its last new batch, JSON
    upto INTEGER NOT NULL,            -- papers up to this key were looked at with these filters
    seen INTEGER NOT NULL             -- rows of touched up to this number were looked at too
);

-- A list of papers that a consumer was given, under a number that is never used again.
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer INTEGER NOT NULL,
    given TEXT NOT NULL,
    acknowledged TEXT                 -- NULL: open, and given again until it is acknowledged
);
CREATE UNIQUE INDEX batches_open ON batches (consumer) WHERE acknowledged IS NULL;
CREATE INDEX batches_by_consumer ON batches (consumer, number);

-- Who was given what, for ever. Papers are named by id, so that a line outlives its paper.
CREATE TABLE handed (
    consumer INTEGER NOT NULL,
    paper TEXT NOT NULL,              -- the id that it was given under
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,           -- in the batch, from 1
    changed TEXT,                     -- papers.changed when it was given
    PRIMARY KEY (consumer, paper, batch)
) WITHOUT ROWID;
CREATE UNIQUE INDEX handed_by_batch ON handed (batch, place);

-- What was written of an open batch, so that it is the same bytes when it is given again.
CREATE TABLE batch_texts (
    batch INTEGER NOT NULL,
    format TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (batch, format, place)
);

-- Papers that consumers were past when something changed that a filter may ask for. New papers need
-- no line: their key is above every consumer's upto.
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

-- A cache of version 13 as it was made then.
PRAGMA application_id = 1886679657;
PRAGMA user_version = 13;
CREATE TABLE papers (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    abstract TEXT,
    authors TEXT NOT NULL,
    published TEXT,
    updated TEXT,
    announced TEXT,
    version INTEGER,
    categories TEXT NOT NULL,
    primary_category TEXT,
    url TEXT,
    pdf_url TEXT,
    doi TEXT,
    comment TEXT,
    code_url TEXT,
    came TEXT NOT NULL,
    changed TEXT,
    day TEXT NOT NULL
, authority INTEGER);
INSERT INTO papers VALUES (1, 'arxiv:2511.00001', 'A paper of arXiv that a feed brought', x'28b52ffd24803d0100e340026d769bdca5f6549f0108fc5ebaabf9a33eb87ad370f35226e3aef5a54268adc7beece4010efe8b68', '["Ada Example"]', NULL, NULL, NULL, NULL, '["cs.LG"]', 'cs.LG', NULL, NULL, NULL, NULL, NULL, '2026-11-23T08:00:00Z', NULL, '2026-11-23', 2);
INSERT INTO papers VALUES (2, 'title:9c5e10dcc47164e4', 'A paper that a file alone brought', x'28b52ffd248b6d010093c1038d614fba3aa5689bdd2677a93dd56708fc5ebaabf9a33eb87ad370f35226e3aef5a54268adc7beece4012d362bbb', '["Ada Example"]', NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23T08:00:00Z', NULL, '2026-11-23', NULL);
INSERT INTO papers VALUES (3, 'title:418f70fddab56d54', 'A paper of a file without an abstract', NULL, '["Ada Example"]', NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23T08:00:00Z', NULL, '2026-11-23', NULL);
CREATE TABLE merges (
    key INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    paper INTEGER NOT NULL,
    id TEXT NOT NULL,
    feed TEXT NOT NULL,
    why TEXT NOT NULL,
    before TEXT NOT NULL,
    other TEXT NOT NULL,
    split_at TEXT
);
CREATE TABLE earlier_texts (
    paper INTEGER NOT NULL,
    at TEXT NOT NULL,
    version INTEGER,
    title TEXT NOT NULL,
    abstract TEXT,
    PRIMARY KEY (paper, at)
) WITHOUT ROWID;
INSERT INTO earlier_texts VALUES (2, '2026-11-23T08:00:00Z', 1, 'Its earlier title', NULL);
CREATE TABLE feed_states (
    feed TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (feed, name)
) WITHOUT ROWID;
INSERT INTO feed_states VALUES ('cs.LG', 'etag', 'abc');
CREATE TABLE paper_categories (
    category TEXT NOT NULL COLLATE NOCASE,
    paper INTEGER NOT NULL,
    PRIMARY KEY (paper, category)
) WITHOUT ROWID;
INSERT INTO paper_categories VALUES ('cs.LG', 1);
CREATE TABLE sightings (
    paper INTEGER NOT NULL,
    feed TEXT NOT NULL,
    day TEXT NOT NULL,
    source TEXT NOT NULL,
    announce_type TEXT,
    upvotes INTEGER,
    comments INTEGER,
    place INTEGER,
    PRIMARY KEY (paper, feed, day)
) WITHOUT ROWID;
INSERT INTO sightings VALUES (1, 'cs.LG', '2026-11-23', 'arxiv', 'new', NULL, NULL, NULL);
INSERT INTO sightings VALUES (2, 'refs.bib', '2026-11-23', 'bibtex', NULL, NULL, NULL, NULL);
INSERT INTO sightings VALUES (3, 'refs.bib', '2026-11-23', 'bibtex', NULL, NULL, NULL, NULL);
CREATE TABLE topics (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    threshold REAL NOT NULL,
    model TEXT NOT NULL,
    tagged_to INTEGER NOT NULL
);
INSERT INTO topics VALUES (1, 'birdsong', 0.5, 'invented', 3);
CREATE TABLE tags (
    paper INTEGER NOT NULL,
    topic INTEGER NOT NULL,
    score REAL NOT NULL,
    tagged INTEGER NOT NULL,
    merit REAL NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
INSERT INTO tags VALUES (1, 1, 0.9, 1, 2.0, '[["roof",1.5]]');
INSERT INTO tags VALUES (2, 1, 0.2, 0, 1.0, '[["roof",-1.5]]');
CREATE TABLE journal (
    line TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'label', 'undo')),
    paper TEXT NOT NULL,
    topic TEXT,
    value TEXT,
    undoes TEXT
) WITHOUT ROWID;
INSERT INTO journal VALUES ('l1', '2026-11-23T09:00:00.000000Z', 'decision', 'arxiv:2511.00001', NULL, 'keep', NULL);
INSERT INTO journal VALUES ('l2', '2026-11-23T09:01:00.000000Z', 'decision', 'smith2020', NULL, 'skip', NULL);
INSERT INTO journal VALUES ('l3', '2026-11-23T09:02:00.000000Z', 'decision', 'title:418f70fddab56d54', NULL, 'later', NULL);
INSERT INTO journal VALUES ('l4', '2026-11-23T09:03:00.000000Z', 'decision', 'title:418f70fddab56d54', NULL, 'keep', NULL);
INSERT INTO journal VALUES ('l5', '2026-11-23T09:04:00.000000Z', 'undo', 'title:418f70fddab56d54', NULL, NULL, 'l4');
INSERT INTO journal VALUES ('l6', '2026-11-23T09:05:00.000000Z', 'label', 'title:9c5e10dcc47164e4', 'birdsong', '1', NULL);
INSERT INTO journal VALUES ('l7', '2026-11-23T09:06:00.000000Z', 'decision', 'arxiv:2001.00001', NULL, 'keep', NULL);
CREATE TABLE decisions (
    paper TEXT PRIMARY KEY,
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'skip', 'later')),
    at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO decisions VALUES ('arxiv:2511.00001', 'keep', '2026-11-23T09:00:00.000000Z');
INSERT INTO decisions VALUES ('arxiv:2001.00001', 'keep', '2026-11-23T09:06:00.000000Z');
INSERT INTO decisions VALUES ('title:418f70fddab56d54', 'later', '2026-11-23T09:02:00.000000Z');
INSERT INTO decisions VALUES ('title:9c5e10dcc47164e4', 'skip', '2026-11-23T09:01:00.000000Z');
CREATE TABLE labels (
    paper TEXT NOT NULL,
    topic TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
INSERT INTO labels VALUES ('title:9c5e10dcc47164e4', 'birdsong', 1, '2026-11-23T09:05:00.000000Z');
CREATE TABLE picks (
    paper TEXT NOT NULL,
    day TEXT NOT NULL,
    rank INTEGER NOT NULL,
    score REAL NOT NULL,
    topic TEXT NOT NULL,
    reasons TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (paper, day)
) WITHOUT ROWID;
INSERT INTO picks VALUES ('arxiv:2511.00001', '2026-11-23', 1, 0.9, 'birdsong', '["birdsong 0.9"]', '2026-11-23T08:00:00Z');
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
    skipped TEXT NOT NULL,
    message TEXT,
    replaced INTEGER NOT NULL DEFAULT 0,
    cross_listed INTEGER NOT NULL DEFAULT 0,
    merged INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    newest TEXT
);
INSERT INTO receipts VALUES (1, '2026-11-23T08:00:00Z', 'arxiv', 'cs.LG', 'complete', NULL, NULL, 1, 0, 0, '[]', NULL, 0, 0, 0, NULL, NULL);
CREATE TABLE consumers (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    since TEXT NOT NULL,
    asked TEXT NOT NULL,
    upto INTEGER NOT NULL,
    seen INTEGER NOT NULL
);
INSERT INTO consumers VALUES (1, 'notes', '2026-11-23T08:00:00Z', '{"topics": [], "since": null, "until": null, "categories": [], "sources": [], "authors": [], "decision": null, "limit": 0, "picked": false, "changed": false}', 3, 0);
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer INTEGER NOT NULL,
    given TEXT NOT NULL,
    acknowledged TEXT
);
INSERT INTO batches VALUES (1, 1, '2026-11-23T08:00:00Z', '2026-11-23T09:00:00Z');
CREATE TABLE handed (
    consumer INTEGER NOT NULL,
    paper TEXT NOT NULL,
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,
    changed TEXT,
    PRIMARY KEY (consumer, paper, batch)
) WITHOUT ROWID;
INSERT INTO handed VALUES (1, 'arxiv:2511.00001', 1, 1, NULL);
CREATE TABLE batch_texts (
    batch INTEGER NOT NULL,
    format TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (batch, format, place)
);
CREATE TABLE touched (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL UNIQUE
);
CREATE TABLE passed (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    why TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO passed VALUES ('title:418f70fddab56d54', '2026-11-23T08:00:00Z', 'catch-up of 20 minutes');
CREATE TABLE digests (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    asked TEXT NOT NULL,
    at TEXT NOT NULL,
    content TEXT NOT NULL,
    models TEXT NOT NULL,
    settings TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO digests VALUES ('0123456789abcdef', '2025-10-03', '[]', '2026-11-23T08:00:00Z', '{"day":"2025-10-03","picks":[{"paper":{"id":"arxiv:2510.00001","title":"Learning from Noisy Preferences","abstract":"Preference data are noisy. We train a reward model on pairwise human feedback and show that a calibrated preference objective needs half of the labels. Code is available.","authors":["Ada Example","Bob Sample"],"published":"2025-10-02T17:59:08Z","updated":"2025-10-03T08:00:00Z","announced":"2025-10-03","version":2,"categories":["cs.LG","stat.ML"],"primary_category":"cs.LG","url":"https://arxiv.org/abs/2510.00001","pdf_url":"https://arxiv.org/pdf/2510.00001","doi":"10.1000/example.1","comment":"12 pages","code_url":null},"came":"2025-10-03T09:00:00Z","sources":["arxiv"],"upvotes":null,"topics":[{"topic":"alignment","score":0.97,"tagged":true,"evidence":[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]},{"topic":"ood","score":0.12,"tagged":false,"evidence":[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]}],"decision":null,"labels":{},"pick":{"rank":1,"score":0.97,"topic":"alignment","reasons":["human feedback","reward model"]},"interest":null,"announce_type":null,"announcement_inferred":null}],"waiting":4,"receipts":[{"at":"2025-10-03T09:00:00Z","source":"arxiv","feed":"cs.LG","verdict":"complete","since":null,"until":null,"new":12,"updated":3,"unchanged":40,"skipped":[],"message":null,"replaced":0,"cross_listed":0,"merged":0,"outcome":null,"newest":null,"older":0,"whole_from":null,"whole_to":null}],"first":"2025-10-03","asked":[],"new":40,"topics":[{"topic":"alignment","new":6,"more":5,"best":[{"id":"arxiv:2510.00009","title":"Rewards Left Over","url":"https://arxiv.org/abs/2510.00009","score":0.81}],"counts":[0,2,4]}],"charted":["2025-10-01","2025-10-02","2025-10-03"],"feeds":[{"source":"arxiv","feed":"cs.LG","verdict":"complete","new":12,"updated":3,"skipped":0,"why_skipped":null,"message":null,"failed":[],"mended":[],"unasked":[],"whole_from":null,"whole_to":null}],"missed":null,"id":"","made":"","decisions":0}', '{}', '{"hash": "0"}');
CREATE TABLE digest_texts (
    sha256 TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    format TEXT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO digest_texts VALUES ('abababababababababababababababababababababababababababababababab', '0123456789abcdef', 'markdown', '0.1.0', '2026-11-23T08:00:00Z');
CREATE TABLE deliveries (
    digest TEXT NOT NULL,
    recipient TEXT NOT NULL,
    until TEXT NOT NULL,
    asked TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'sent')),
    content TEXT NOT NULL,
    message_id TEXT NOT NULL,
    copy INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (digest, recipient)
) WITHOUT ROWID;
INSERT INTO deliveries VALUES ('2026-11-23 2026-11-23 []', 'ada@example.org', '2026-11-23', '[]', 'sent', 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', '<1@example.org>', 0, '2026-11-23T08:00:00Z');
CREATE TABLE interest_models (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    keeps INTEGER NOT NULL,
    skips INTEGER NOT NULL,
    said INTEGER NOT NULL,
    calibration_error REAL NOT NULL
);
CREATE TABLE interests (
    paper INTEGER PRIMARY KEY,
    model INTEGER NOT NULL,
    score REAL NOT NULL,
    merit REAL NOT NULL,
    evidence TEXT NOT NULL
);
CREATE TABLE audits (
    paper TEXT PRIMARY KEY,
    at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO audits VALUES ('title:9c5e10dcc47164e4', '2026-11-23T08:00:00Z');
CREATE TABLE other_names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
INSERT INTO other_names VALUES ('smith2020', 2, 1);
CREATE TABLE title_hashes (
    hash INTEGER NOT NULL,
    paper INTEGER NOT NULL,
    PRIMARY KEY (hash, paper)
) WITHOUT ROWID;
INSERT INTO title_hashes VALUES (-7179282215607376668, 2);
INSERT INTO title_hashes VALUES (-3305917257524597713, 1);
INSERT INTO title_hashes VALUES (4724118769733299540, 3);
CREATE TABLE runs (hash INTEGER PRIMARY KEY);
CREATE TABLE ahead (
    paper INTEGER PRIMARY KEY,
    came TEXT NOT NULL,
    changed TEXT
);
CREATE VIEW names (name, paper, was_id) AS
SELECT id, key, 1 FROM papers UNION ALL SELECT name, paper, was_id FROM other_names;
CREATE VIEW paper_texts (key, title, abstract, authors) AS
SELECT key, title, unpacked(abstract), authors FROM papers;
CREATE VIRTUAL TABLE titles_index USING fts5 (
    title,
    content = 'papers', content_rowid = 'key', columnsize = 0,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE papers_index USING fts5 (
    abstract, title, authors,
    content = 'paper_texts', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX merges_by_paper ON merges (paper);
CREATE INDEX merges_by_id ON merges (id);
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);
CREATE INDEX sightings_with_upvotes ON sightings (day) WHERE upvotes IS NOT NULL;
CREATE INDEX tags_by_merit ON tags (topic, merit DESC, paper) WHERE tagged = 1;
CREATE INDEX journal_by_paper ON journal (paper, at);
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_undone ON journal (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX decisions_by_decision ON decisions (decision, at);
CREATE INDEX picks_by_day ON picks (day, rank);
CREATE INDEX receipts_by_feed ON receipts (feed, at);
CREATE INDEX papers_by_came ON papers (came);
CREATE UNIQUE INDEX batches_open ON batches (consumer) WHERE acknowledged IS NULL;
CREATE INDEX batches_by_consumer ON batches (consumer, number);
CREATE UNIQUE INDEX handed_by_batch ON handed (batch, place);
CREATE INDEX digests_by_day ON digests (day, at);
CREATE INDEX digest_texts_by_digest ON digest_texts (digest, at);
CREATE INDEX deliveries_by_recipient ON deliveries (recipient, asked, until);
CREATE INDEX interests_by_merit ON interests (model, merit DESC, paper);
CREATE INDEX other_names_by_paper ON other_names (paper);
CREATE INDEX sightings_by_feed ON sightings (feed, day)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');
CREATE INDEX sightings_by_source ON sightings (source)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');
CREATE INDEX ahead_by_came ON ahead (came);
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
CREATE TRIGGER runs_forgotten AFTER DELETE ON papers WHEN EXISTS (SELECT 1 FROM runs) BEGIN
    DELETE FROM runs;
END;
INSERT INTO titles_index (rowid, title) SELECT key, title FROM papers;
INSERT INTO papers_index (rowid, abstract, title, authors) SELECT key, abstract, title, authors FROM paper_texts;

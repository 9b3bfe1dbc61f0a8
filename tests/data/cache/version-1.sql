-- A cache of version 1 as it was made then.
PRAGMA application_id = 1886679657;
PRAGMA user_version = 1;
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
);
INSERT INTO papers VALUES (1, 'arxiv:2510.00001', 'ood 0.9 Shifted Sheep', 'Preference data are noisy. We train a reward model on pairwise human feedback and show that a calibrated preference objective needs half of the labels. Code is available.', '["Ada Example","Bob Sample"]', '2025-10-02T17:59:08Z', '2025-10-03T08:00:00Z', '2025-10-03', 2, '["cs.LG","stat.ML"]', 'cs.LG', 'https://arxiv.org/abs/2510.00001', 'https://arxiv.org/pdf/2510.00001', '10.1000/example.1', '12 pages', NULL, '2026-11-23T08:00:00Z', NULL, '2025-10-03');
INSERT INTO papers VALUES (2, 'arxiv:2510.00002', 'causality 0.7 ood 0.6 Causal Cows', 'Preference data are noisy. We train a reward model on pairwise human feedback and show that a calibrated preference objective needs half of the labels. Code is available.', '["Ada Example","Bob Sample"]', '2025-10-02T17:59:08Z', '2025-10-03T08:00:00Z', '2025-10-03', 2, '["cs.LG","stat.ML"]', 'cs.LG', 'https://arxiv.org/abs/2510.00002', 'https://arxiv.org/pdf/2510.00002', '10.1000/example.1', '12 pages', NULL, '2026-11-23T08:00:00Z', NULL, '2025-10-03');
INSERT INTO papers VALUES (3, 'arxiv:2510.00003', 'ood 0.1 Plain Pigs', 'Preference data are noisy. We train a reward model on pairwise human feedback and show that a calibrated preference objective needs half of the labels. Code is available.', '["Ada Example","Bob Sample"]', '2025-10-02T17:59:08Z', '2025-10-03T08:00:00Z', '2025-10-03', 2, '["cs.LG","stat.ML"]', 'cs.LG', 'https://arxiv.org/abs/2510.00003', 'https://arxiv.org/pdf/2510.00003', '10.1000/example.1', '12 pages', NULL, '2026-11-23T08:00:00Z', NULL, '2025-10-03');
INSERT INTO papers VALUES (4, 'arxiv:2510.00004', 'Über 量子 Geese', 'Preference data are noisy. We train a reward model on pairwise human feedback and show that a calibrated preference objective needs half of the labels. Code is available.', '["Ada Example","Bob Sample"]', '2025-10-02T17:59:08Z', '2025-10-03T08:00:00Z', '2025-10-03', 2, '["cs.LG","stat.ML"]', 'cs.LG', 'https://arxiv.org/abs/2510.00004', 'https://arxiv.org/pdf/2510.00004', '10.1000/example.1', '12 pages', NULL, '2026-11-23T08:00:00Z', NULL, '2025-10-03');
INSERT INTO papers VALUES (5, 'smith2020', 'A long title about invented knots', 'We tie knots.', '["Cy Poe"]', NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23T08:00:00Z', NULL, '2026-11-23');
CREATE TABLE names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
INSERT INTO names VALUES ('arxiv:2510.00001', 1, 1);
INSERT INTO names VALUES ('arxiv:2510.00002', 2, 1);
INSERT INTO names VALUES ('arxiv:2510.00003', 3, 1);
INSERT INTO names VALUES ('arxiv:2510.00004', 4, 1);
INSERT INTO names VALUES ('doi:10.1000/example.1', 1, 0);
INSERT INTO names VALUES ('doi:10.1000/example.1', 2, 0);
INSERT INTO names VALUES ('doi:10.1000/example.1', 3, 0);
INSERT INTO names VALUES ('doi:10.1000/example.1', 4, 0);
INSERT INTO names VALUES ('doi:10.1000/zz.1', 5, 0);
INSERT INTO names VALUES ('knots-2019', 5, 1);
INSERT INTO names VALUES ('smith2020', 5, 1);
INSERT INTO names VALUES ('title:10880c2210e808c5', 3, 0);
INSERT INTO names VALUES ('title:42e8870cf248f7e4', 1, 0);
INSERT INTO names VALUES ('title:614c087242cd4ffe', 2, 0);
INSERT INTO names VALUES ('title:b2b6cb710a418fa5', 4, 0);
INSERT INTO names VALUES ('title:e6136b13fe0f4274', 5, 0);
INSERT INTO names VALUES ('title:f6915f2d80a7707c', 5, 0);
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
CREATE TABLE feed_states (
    feed TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (feed, name)
) WITHOUT ROWID;
CREATE TABLE paper_categories (
    category TEXT NOT NULL COLLATE NOCASE,
    paper INTEGER NOT NULL,
    PRIMARY KEY (paper, category)
) WITHOUT ROWID;
INSERT INTO paper_categories VALUES ('cs.LG', 1);
INSERT INTO paper_categories VALUES ('cs.LG', 2);
INSERT INTO paper_categories VALUES ('cs.LG', 3);
INSERT INTO paper_categories VALUES ('cs.LG', 4);
INSERT INTO paper_categories VALUES ('stat.ML', 1);
INSERT INTO paper_categories VALUES ('stat.ML', 2);
INSERT INTO paper_categories VALUES ('stat.ML', 3);
INSERT INTO paper_categories VALUES ('stat.ML', 4);
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
INSERT INTO sightings VALUES (1, 'test', '2026-11-23', 'test', NULL, NULL, NULL, NULL);
INSERT INTO sightings VALUES (2, 'test', '2026-11-23', 'test', NULL, NULL, NULL, NULL);
INSERT INTO sightings VALUES (3, 'test', '2026-11-23', 'test', NULL, NULL, NULL, NULL);
INSERT INTO sightings VALUES (4, 'test', '2026-11-23', 'test', NULL, NULL, NULL, NULL);
INSERT INTO sightings VALUES (5, 'refs.bib', '2026-11-23', 'bibtex', NULL, NULL, NULL, NULL);
CREATE TABLE topics (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    threshold REAL NOT NULL,
    model TEXT NOT NULL,
    tagged_to INTEGER NOT NULL
);
INSERT INTO topics VALUES (1, 'alignment', 0.5, 'invented', 4);
INSERT INTO topics VALUES (2, 'causality', 0.5, 'invented', 4);
INSERT INTO topics VALUES (3, 'ood', 0.5, 'invented', 4);
INSERT INTO topics VALUES (4, 'birdsong', 0.5, 'invented', 5);
CREATE TABLE tags (
    paper INTEGER NOT NULL,
    topic INTEGER NOT NULL,
    score REAL NOT NULL,
    tagged INTEGER NOT NULL,
    merit REAL NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
INSERT INTO tags VALUES (1, 3, 0.9, 1, 2968.467045, '[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]');
INSERT INTO tags VALUES (2, 2, 0.7, 1, 2968.104474, '[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]');
INSERT INTO tags VALUES (2, 3, 0.6, 1, 2967.882082, '[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]');
INSERT INTO tags VALUES (3, 3, 0.1, 0, 2965.29712, '[["human feedback",2.1],["reward model",1.4],["preference",0.6],["code",-0.2]]');
INSERT INTO tags VALUES (5, 4, 0.9, 1, 2.0, '[["knot",1.5]]');
CREATE TABLE journal (
    line TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'label', 'undo')),
    paper TEXT NOT NULL,
    topic TEXT,
    value TEXT,
    undoes TEXT
) WITHOUT ROWID;
INSERT INTO journal VALUES ('09996', '2026-11-23T09:02:00.000000Z', 'undo', 'arxiv:2510.00002', NULL, NULL, '09998');
INSERT INTO journal VALUES ('09997', '2026-11-23T09:01:00.000001Z', 'decision', 'arxiv:2510.00003', NULL, 'later', NULL);
INSERT INTO journal VALUES ('09998', '2026-11-23T09:01:00.000000Z', 'decision', 'arxiv:2510.00002', NULL, 'later', NULL);
INSERT INTO journal VALUES ('09999', '2026-11-23T09:00:00.000001Z', 'decision', 'arxiv:2510.00002', NULL, 'keep', NULL);
INSERT INTO journal VALUES ('10000', '2026-11-23T09:00:00.000000Z', 'decision', 'arxiv:2510.00001', NULL, 'keep', NULL);
INSERT INTO journal VALUES ('file-1', '2026-11-23T09:04:00.000000Z', 'decision', 'smith2020', NULL, 'keep', NULL);
INSERT INTO journal VALUES ('file-2', '2026-11-23T09:05:00.000000Z', 'label', 'knots-2019', 'birdsong', '1', NULL);
INSERT INTO journal VALUES ('label-1', '2026-11-23T09:03:00.000000Z', 'label', 'arxiv:2510.00001', 'ood', '1', NULL);
CREATE TABLE decisions (
    paper TEXT PRIMARY KEY,
    decision TEXT NOT NULL CHECK (decision IN ('keep', 'skip', 'later')),
    at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO decisions VALUES ('arxiv:2510.00001', 'keep', '2026-11-23T09:00:00.000000Z');
INSERT INTO decisions VALUES ('arxiv:2510.00002', 'keep', '2026-11-23T09:00:00.000001Z');
INSERT INTO decisions VALUES ('smith2020', 'keep', '2026-11-23T09:04:00.000000Z');
INSERT INTO decisions VALUES ('arxiv:2510.00003', 'later', '2026-11-23T09:01:00.000001Z');
CREATE TABLE labels (
    paper TEXT NOT NULL,
    topic TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value IN (0, 1)),
    at TEXT NOT NULL,
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
INSERT INTO labels VALUES ('arxiv:2510.00001', 'ood', 1, '2026-11-23T09:03:00.000000Z');
INSERT INTO labels VALUES ('smith2020', 'birdsong', 1, '2026-11-23T09:05:00.000000Z');
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
INSERT INTO picks VALUES ('arxiv:2510.00001', '2026-11-23', 1, 0.97, 'alignment', '["human feedback", "reward model"]', '2026-11-23T08:00:00Z');
INSERT INTO picks VALUES ('arxiv:2510.00002', '2026-11-23', 2, 0.97, 'alignment', '["human feedback", "reward model"]', '2026-11-23T08:00:00Z');
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
INSERT INTO receipts VALUES (1, '2025-10-03T09:00:00Z', 'arxiv', 'cs.LG', 'complete', NULL, NULL, 12, 3, 40, '["line 3: no title"]', NULL, 0, 0, 0, NULL, NULL);
CREATE VIRTUAL TABLE papers_index USING fts5 (
    title, abstract, authors,
    content = 'papers', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE INDEX papers_by_day ON papers (day DESC, key);
CREATE INDEX names_by_paper ON names (paper);
CREATE INDEX merges_by_paper ON merges (paper);
CREATE INDEX merges_by_id ON merges (id);
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);
CREATE INDEX sightings_by_feed ON sightings (feed, day);
CREATE INDEX sightings_with_upvotes ON sightings (day) WHERE upvotes IS NOT NULL;
CREATE INDEX tags_by_merit ON tags (topic, merit DESC, paper) WHERE tagged = 1;
CREATE INDEX journal_by_paper ON journal (paper, at);
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_undone ON journal (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX decisions_by_decision ON decisions (decision, at);
CREATE INDEX picks_by_day ON picks (day, rank);
CREATE INDEX receipts_by_feed ON receipts (feed, at);
CREATE INDEX papers_by_came ON papers (came);
INSERT INTO papers_index (rowid, title, abstract, authors) SELECT key, title, abstract, authors FROM papers;

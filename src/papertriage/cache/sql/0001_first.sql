-- One work, identified without its version. Dates are ISO 8601, UTC.
CREATE TABLE papers (
    key INTEGER PRIMARY KEY,          -- joins the tables below; never shown
    id TEXT NOT NULL UNIQUE,          -- arxiv:2510.02252, doi:10.…, title:…
    title TEXT NOT NULL,
    abstract TEXT,
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
    day TEXT NOT NULL                 -- what listings sort by and show: announced, else published, else came
);
CREATE INDEX papers_by_day ON papers (day DESC, key);

-- Every name that a paper goes by: its ids now and before, its DOI, its title's hash.
CREATE TABLE names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,          -- 1: it is or was the paper's id
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
CREATE INDEX names_by_paper ON names (paper);

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

-- What a source wants to remember of a feed: validators, where to continue.
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
CREATE INDEX paper_categories_by_category ON paper_categories (category, paper);

-- External content: the text stands once, in papers. Written by cache/papers.py in the same
-- transaction as the paper; triggers cost half of the import rate (6,100 against 14,100 papers/s).
CREATE VIRTUAL TABLE papers_index USING fts5 (
    title, abstract, authors,
    content = 'papers', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

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
    PRIMARY KEY (paper, feed, day)
) WITHOUT ROWID;

CREATE INDEX sightings_by_feed ON sightings (feed, day);
CREATE INDEX sightings_with_upvotes ON sightings (day) WHERE upvotes IS NOT NULL;

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
    merit REAL NOT NULL,              -- the order in which papers are picked: triage/picks.py
    evidence TEXT NOT NULL,           -- JSON [[term, contribution]…], adds up to the score's log-odds
    PRIMARY KEY (paper, topic)
) WITHOUT ROWID;
CREATE INDEX tags_by_merit ON tags (topic, merit DESC, paper) WHERE tagged = 1;

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
    at TEXT NOT NULL,                 -- when it was chosen (UTC)
    PRIMARY KEY (paper, day)
) WITHOUT ROWID;
CREATE INDEX picks_by_day ON picks (day, rank);

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
    newest TEXT                       -- newest announcement day seen
);
CREATE INDEX receipts_by_feed ON receipts (feed, at);
CREATE INDEX papers_by_came ON papers (came);

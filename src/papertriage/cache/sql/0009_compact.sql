-- The same in fewer bytes: 1,000,000 papers took 2.5 GB, now 2.2.

-- Names that a paper goes by and that are not its id: ids that it had, its DOI.
CREATE TABLE other_names (
    name TEXT NOT NULL,
    paper INTEGER NOT NULL,
    was_id INTEGER NOT NULL,          -- 1: it was the paper's id
    PRIMARY KEY (name, paper)
) WITHOUT ROWID;
INSERT INTO other_names (name, paper, was_id)
SELECT name, paper, was_id FROM names
WHERE (was_id = 1 OR name NOT LIKE 'title:%')
    AND NOT EXISTS (SELECT 1 FROM papers WHERE papers.key = names.paper AND papers.id = names.name);
CREATE INDEX other_names_by_paper ON other_names (paper);

-- By what its title is recognised: the 16 hexadecimal digits of title:… as a number of 64 bits.
CREATE TABLE title_hashes (
    hash INTEGER NOT NULL,
    paper INTEGER NOT NULL,
    PRIMARY KEY (hash, paper)
) WITHOUT ROWID;
INSERT INTO title_hashes (hash, paper)
SELECT
    (instr('0123456789abcdef', substr(name, 7, 1)) - 1 << 60)
    | (instr('0123456789abcdef', substr(name, 8, 1)) - 1 << 56)
    | (instr('0123456789abcdef', substr(name, 9, 1)) - 1 << 52)
    | (instr('0123456789abcdef', substr(name, 10, 1)) - 1 << 48)
    | (instr('0123456789abcdef', substr(name, 11, 1)) - 1 << 44)
    | (instr('0123456789abcdef', substr(name, 12, 1)) - 1 << 40)
    | (instr('0123456789abcdef', substr(name, 13, 1)) - 1 << 36)
    | (instr('0123456789abcdef', substr(name, 14, 1)) - 1 << 32)
    | (instr('0123456789abcdef', substr(name, 15, 1)) - 1 << 28)
    | (instr('0123456789abcdef', substr(name, 16, 1)) - 1 << 24)
    | (instr('0123456789abcdef', substr(name, 17, 1)) - 1 << 20)
    | (instr('0123456789abcdef', substr(name, 18, 1)) - 1 << 16)
    | (instr('0123456789abcdef', substr(name, 19, 1)) - 1 << 12)
    | (instr('0123456789abcdef', substr(name, 20, 1)) - 1 << 8)
    | (instr('0123456789abcdef', substr(name, 21, 1)) - 1 << 4)
    | (instr('0123456789abcdef', substr(name, 22, 1)) - 1 << 0),
    paper
FROM names
WHERE length(name) = 22 AND name GLOB 'title:*' AND substr(name, 7) NOT GLOB '*[^0-9a-f]*';

-- Every id that a paper has or had, and its DOI: 132 bytes a paper as a table of its own. To be
-- asked by a name or a paper that is given; joined with a table, SQLite reads all of it.
DROP TABLE names;
CREATE VIEW names (name, paper, was_id) AS
SELECT id, key, 1 FROM papers UNION ALL SELECT name, paper, was_id FROM other_names;

-- Abstracts in the first column: FTS5 spends two bytes on each word of each paper to say that it
-- stands in another (655 against 483 bytes a paper).
DROP TABLE papers_index;
CREATE VIRTUAL TABLE papers_index USING fts5 (
    abstract, title, authors,
    content = 'papers', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO papers_index (papers_index, rank) VALUES ('hashsize', 67108864);
INSERT INTO papers_index (rowid, abstract, title, authors)
SELECT key, abstract, title, authors FROM papers ORDER BY key;

-- Without the sizes that only bm25 asks for; both indexes reach as far as papers_index_docsize says.
DROP TABLE titles_index;
CREATE VIRTUAL TABLE titles_index USING fts5 (
    title,
    content = 'papers', content_rowid = 'key', columnsize = 0,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO titles_index (titles_index, rank) VALUES ('hashsize', 67108864);
INSERT INTO titles_index (rowid, title) SELECT key, title FROM papers ORDER BY key;

-- Asked for the announcements of a feed; files of millions of papers have none.
DROP INDEX sightings_by_feed;
CREATE INDEX sightings_by_feed ON sightings (feed, day)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');

-- Lines of files that are in the cache: a file that is read again is not parsed again. A run is some
-- lines one after the other; its hash, the first 64 bits of SHA-256, covers the reader's version.
CREATE TABLE runs (hash INTEGER PRIMARY KEY);
-- A paper that is taken out of the cache may come back by the file that brought it.
CREATE TRIGGER runs_forgotten AFTER DELETE ON papers WHEN EXISTS (SELECT 1 FROM runs) BEGIN
    DELETE FROM runs;
END;

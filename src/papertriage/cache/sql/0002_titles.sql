-- The titles once more, alone: which papers have all words of a query in the title is asked of an
-- index of a tenth of the size (60 against 690 MB for 1,000,000 papers, 4 against 20 ms).
CREATE VIRTUAL TABLE titles_index USING fts5 (
    title,
    content = 'papers', content_rowid = 'key',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO titles_index (rowid, title) SELECT key, title FROM papers;
-- Larger pieces before they are written: 1.2 to 1.3 times as fast (bytes; FTS5's own 1 MiB).
INSERT INTO papers_index (papers_index, rank) VALUES ('hashsize', 67108864);
INSERT INTO titles_index (titles_index, rank) VALUES ('hashsize', 67108864);

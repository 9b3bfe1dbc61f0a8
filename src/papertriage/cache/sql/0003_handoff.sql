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

-- An id that a file or a source made up ("3", a citation key) means nothing elsewhere: such papers
-- get a permanent id, and keep the old one as a name. lasting_name() and told_apart() are
-- papertriage's own functions; the patterns pass them only the few ids that may need replacing.
CREATE TEMP TABLE renamed (key INTEGER PRIMARY KEY, old TEXT NOT NULL UNIQUE, new TEXT);
INSERT INTO renamed (key, old, new)
SELECT
    key, id,
    lasting_name(id, title, (
        SELECT source FROM sightings
        WHERE sightings.paper = papers.key AND source NOT IN (
            'arxiv', 'arxiv-daily', 'arxiv-oai', 'hugging-face', 'feeds', 'trending-page', 'jsonl',
            'csv', 'bibtex', 'ris', 'arxiv-snapshot', 'arxiv-mail'
        )
        LIMIT 1
    ))
FROM papers
WHERE NOT (
    id GLOB 'arxiv:[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9]'
    OR id GLOB 'arxiv:[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9]'
    OR id GLOB 'title:[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
    OR (id GLOB 'doi:10.[0-9][0-9][0-9][0-9]/?*' AND id = lower(id))
    OR (id GLOB 'doi:10.[0-9][0-9][0-9][0-9][0-9]/?*' AND id = lower(id))
);
DELETE FROM renamed WHERE new IS NULL;

-- A new id that two papers would share, or that is taken, is made unique by their old names.
CREATE INDEX temp.renamed_by_new ON renamed (new, key);
UPDATE renamed SET new = told_apart((SELECT title FROM papers WHERE papers.key = renamed.key), old)
WHERE EXISTS (SELECT 1 FROM papers WHERE papers.id = renamed.new)
    OR EXISTS (SELECT 1 FROM renamed AS first WHERE first.new = renamed.new AND first.key < renamed.key);
UPDATE OR IGNORE papers SET id = (SELECT new FROM renamed WHERE renamed.key = papers.key)
WHERE key IN (SELECT key FROM renamed);
DELETE FROM renamed WHERE new IS NOT (SELECT id FROM papers WHERE papers.key = renamed.key);

INSERT INTO other_names (name, paper, was_id) SELECT old, key, 1 FROM renamed WHERE true
ON CONFLICT (name, paper) DO UPDATE SET was_id = 1;
DELETE FROM other_names
WHERE name IN (SELECT new FROM renamed)
    AND paper = (SELECT key FROM renamed WHERE renamed.new = other_names.name);

-- Decisions, labels and picks follow the new id; journal lines stay as they were written.
UPDATE OR IGNORE decisions SET paper = (SELECT new FROM renamed WHERE old = decisions.paper)
WHERE paper IN (SELECT old FROM renamed);
DELETE FROM decisions WHERE paper IN (SELECT old FROM renamed);
UPDATE OR IGNORE labels SET paper = (SELECT new FROM renamed WHERE old = labels.paper)
WHERE paper IN (SELECT old FROM renamed);
DELETE FROM labels WHERE paper IN (SELECT old FROM renamed);
UPDATE OR IGNORE picks SET paper = (SELECT new FROM renamed WHERE old = picks.paper)
WHERE paper IN (SELECT old FROM renamed);
DELETE FROM picks WHERE paper IN (SELECT old FROM renamed);
UPDATE OR IGNORE passed SET paper = (SELECT new FROM renamed WHERE old = passed.paper)
WHERE paper IN (SELECT old FROM renamed);
DELETE FROM passed WHERE paper IN (SELECT old FROM renamed);
UPDATE OR IGNORE audits SET paper = (SELECT new FROM renamed WHERE old = audits.paper)
WHERE paper IN (SELECT old FROM renamed);
DELETE FROM audits WHERE paper IN (SELECT old FROM renamed);

-- A split restores the original id of a paper, which must be permanent as well.
UPDATE merges SET before = json_set(before, '$.id', coalesce(
    (SELECT new FROM renamed WHERE old = json_extract(before, '$.id')),
    lasting_name(json_extract(before, '$.id'), json_extract(before, '$.title'), (
        SELECT source FROM sightings WHERE sightings.paper = merges.paper
            AND sightings.feed = merges.feed LIMIT 1
    )),
    json_extract(before, '$.id')
))
WHERE json_valid(before)
    AND lasting_name(json_extract(before, '$.id'), json_extract(before, '$.title'), NULL) IS NOT NULL;
UPDATE merges SET (id, other) = (
    SELECT lasting, json_set(other, '$.id', lasting)
    FROM (SELECT lasting_name(id, json_extract(other, '$.title'), (
        SELECT source FROM sightings WHERE sightings.paper = merges.paper
            AND sightings.feed = merges.feed LIMIT 1
    )) AS lasting)
)
WHERE json_valid(other)
    AND lasting_name(id, json_extract(other, '$.title'), (
        SELECT source FROM sightings WHERE sightings.paper = merges.paper
            AND sightings.feed = merges.feed LIMIT 1
    )) IS NOT NULL;

-- Files are read again: papers of the same name may have overwritten each other.
DELETE FROM runs WHERE EXISTS (SELECT 1 FROM renamed);
DROP TABLE renamed;

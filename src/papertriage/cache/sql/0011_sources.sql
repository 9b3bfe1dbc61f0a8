-- Asked for the papers of a source; two bring millions, of which the newest are found by their day.
CREATE INDEX sightings_by_source ON sightings (source)
WHERE source NOT IN ('jsonl', 'arxiv-snapshot');

-- Who said what a paper says, as digits of models/authority.py: one for all of its fields, or one for
-- each after the id, in the order of models.Paper, 0 where it says nothing. NULL in papers of before:
-- their sightings tell.
ALTER TABLE papers ADD COLUMN authority INTEGER;

-- How the files of a partner are read, as people decided it, and imports that continue an earlier
-- one with its repaired rows.

CREATE TABLE template (
    decision     INTEGER PRIMARY KEY REFERENCES decision(seq),
    party        INTEGER NOT NULL REFERENCES party(id),
    name         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    -- Names its headings, whatever their order.
    fingerprint  TEXT NOT NULL,
    -- NULL: the name is not used any more.
    content      TEXT,
    UNIQUE (party, name, version)
) STRICT;
CREATE TRIGGER template_fixed BEFORE UPDATE ON template
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER template_kept BEFORE DELETE ON template
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;

CREATE TABLE import_continues (
    import  INTEGER PRIMARY KEY REFERENCES import(id),
    first   INTEGER NOT NULL REFERENCES import(id)
) STRICT;
CREATE INDEX import_continues_first ON import_continues (first);

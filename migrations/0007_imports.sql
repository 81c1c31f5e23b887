-- Imports taken back, and what else an import held. Facts stay as they were received; what an undone
-- import brought is not seen any more: the tables of facts go by the names `…_row`, and by their old
-- names what counts of them.

CREATE TABLE import_undone (
    import    INTEGER PRIMARY KEY REFERENCES import(id),
    decision  INTEGER NOT NULL REFERENCES decision(seq)
) STRICT;
CREATE TRIGGER import_undone_fixed BEFORE UPDATE ON import_undone
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER import_undone_kept BEFORE DELETE ON import_undone
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;

-- How many records of an import an earlier one had brought already: that one cannot be taken back
-- alone, for these were not stored again.
CREATE TABLE import_known (
    import  INTEGER NOT NULL REFERENCES import(id),
    first   INTEGER NOT NULL REFERENCES import(id),
    count   INTEGER NOT NULL,
    PRIMARY KEY (import, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_known_first ON import_known (first);

ALTER TABLE cdr RENAME TO cdr_row;
ALTER TABLE session RENAME TO session_row;
ALTER TABLE tariff RENAME TO tariff_row;
ALTER TABLE location RENAME TO location_row;
ALTER TABLE token RENAME TO token_row;
ALTER TABLE record RENAME TO record_row;

CREATE VIEW cdr AS SELECT * FROM cdr_row
WHERE import NOT IN (SELECT import FROM import_undone);
CREATE VIEW session AS SELECT * FROM session_row
WHERE import NOT IN (SELECT import FROM import_undone);
CREATE VIEW tariff AS SELECT * FROM tariff_row
WHERE import NOT IN (SELECT import FROM import_undone);
CREATE VIEW location AS SELECT * FROM location_row
WHERE import NOT IN (SELECT import FROM import_undone);
CREATE VIEW token AS SELECT * FROM token_row
WHERE import NOT IN (SELECT import FROM import_undone);
CREATE VIEW record AS SELECT * FROM record_row
WHERE import NOT IN (SELECT import FROM import_undone);

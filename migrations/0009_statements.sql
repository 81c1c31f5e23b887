-- What partners say they billed, or will pay: the lines of their statements, never CDRs. Which CDR a
-- line is about is computed when it is asked for, and not kept.

-- `key` is the first 64 bits of BLAKE3 over the partner and what the line bills: the record's id, else
-- its session's, else the start. `content` is over all that the line says, and how often the
-- statement said it before: a statement that lists a CDR twice has two lines, one that is imported
-- again adds none. A statement that says something else of the same record stands beside the first.
CREATE TABLE statement_line_row (
    id         INTEGER PRIMARY KEY,
    import     INTEGER NOT NULL REFERENCES import(id),
    number     INTEGER NOT NULL,         -- row in the sheet
    block      INTEGER NOT NULL REFERENCES raw_block(id),
    start      INTEGER NOT NULL,
    length     INTEGER NOT NULL,
    partner    INTEGER NOT NULL REFERENCES party(id),
    key        INTEGER NOT NULL,
    content    INTEGER NOT NULL,
    ocpi_id    TEXT,
    session    TEXT,
    month      INTEGER,                  -- of its start in the partner's zone; NULL without a start
    start_ms   INTEGER,
    energy_e6  INTEGER,
    excl_e6    INTEGER,
    vat_e6     INTEGER,
    incl_e6    INTEGER,
    currency   TEXT NOT NULL,
    reference  TEXT                      -- invoice or booking it belongs to
) STRICT;
CREATE INDEX statement_line_key ON statement_line_row (key);
CREATE INDEX statement_line_import ON statement_line_row (import);
CREATE INDEX statement_line_month ON statement_line_row (partner, month);
CREATE TRIGGER statement_line_fixed BEFORE UPDATE ON statement_line_row
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER statement_line_kept BEFORE DELETE ON statement_line_row
BEGIN SELECT RAISE(ABORT, 'a fact is never deleted'); END;

CREATE VIEW statement_line AS SELECT * FROM statement_line_row
WHERE import NOT IN (SELECT import FROM import_undone);

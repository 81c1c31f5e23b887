-- Facts: written once, never changed. Money and energy are INTEGER millionths (…_e6), instants are
-- INTEGER milliseconds since 1970 (…_ms), months are year * 100 + month.

-- Our own company and the form of the book: exactly one row.
CREATE TABLE book (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    party       TEXT NOT NULL,
    demo        INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL
) STRICT;

-- A party met in data or entered by hand. What is agreed with it is a decision (0003).
CREATE TABLE party (
    id   INTEGER PRIMARY KEY,
    key  TEXT NOT NULL UNIQUE
) STRICT;

-- One file or crawl that was read in.
CREATE TABLE import (
    id           INTEGER PRIMARY KEY,
    file         TEXT NOT NULL,
    sha256       BLOB NOT NULL,           -- of the file as it came; empty until it ends
    bytes        INTEGER NOT NULL,        -- size of the file as it came
    format       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    party        INTEGER REFERENCES party(id),
    actor        TEXT NOT NULL,
    started_ms   INTEGER NOT NULL,
    finished_ms  INTEGER,
    state        TEXT NOT NULL
        CHECK (state IN ('running', 'finished', 'cancelled', 'failed', 'interrupted')),
    result       TEXT NOT NULL           -- JSON: counts and sums so far
) STRICT;
CREATE INDEX import_size ON import (bytes);

-- The bytes of a file as they came (packed files: unpacked), cut at record borders, zstd-compressed.
-- Blocks of kind 0 in order of `first_byte` put together are the file; an OCPI record is a range of
-- one. Rows of a spreadsheet have no range of their own: each is written as one line of JSON (its
-- cells, and the record they were read as) into blocks of kind 1, and is a range of those.
CREATE TABLE raw_block (
    id          INTEGER PRIMARY KEY,
    import      INTEGER NOT NULL REFERENCES import(id),
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1)),
    first_byte  INTEGER NOT NULL,
    length      INTEGER NOT NULL,
    zstd        BLOB NOT NULL
) STRICT;
CREATE INDEX raw_block_place ON raw_block (import, kind, first_byte);

-- A record that could not be used, or bytes that hold none: kept by its range, with its findings.
CREATE TABLE reject (
    id       INTEGER PRIMARY KEY,
    import   INTEGER NOT NULL REFERENCES import(id),
    number   INTEGER NOT NULL,
    block    INTEGER NOT NULL REFERENCES raw_block(id),
    start    INTEGER NOT NULL,
    length   INTEGER NOT NULL
) STRICT;
CREATE INDEX reject_import ON reject (import);

-- Places as CDRs and sessions name them, each spelling once: name, city, country, EVSE.
CREATE TABLE place (
    id        INTEGER PRIMARY KEY,
    location  TEXT NOT NULL,             -- location id
    name      TEXT NOT NULL,
    city      TEXT NOT NULL,
    country   TEXT NOT NULL,
    evse      TEXT NOT NULL,             -- EVSE id, or uid where it has none
    UNIQUE (location, name, city, country, evse)
) STRICT;

-- Charge detail records. `key` is the first 64 bits of BLAKE3 over owner and folded id (a hint that
-- the columns confirm), `content` over the record's bytes without white space between its parts and
-- with letters folded. The partner is whoever the record is settled with: its owner, or, where we
-- are the owner ourselves, the provider of its token.
CREATE TABLE cdr (
    id              INTEGER PRIMARY KEY,
    import          INTEGER NOT NULL REFERENCES import(id),
    number          INTEGER NOT NULL,    -- row or record number in the import, from 1
    block           INTEGER NOT NULL REFERENCES raw_block(id),
    start           INTEGER NOT NULL,    -- offset in the unpacked block
    length          INTEGER NOT NULL,
    form            INTEGER NOT NULL,    -- 0 spreadsheet, 211, 221, 230
    partner         INTEGER NOT NULL REFERENCES party(id),
    own             INTEGER NOT NULL,    -- 1 where we are the owner
    key             INTEGER NOT NULL,
    content         INTEGER NOT NULL,
    corrects        INTEGER REFERENCES cdr(id),  -- first record of the same key, if this is not it
    ocpi_id         TEXT NOT NULL,
    session         TEXT,
    auth_ref        TEXT,
    place           INTEGER NOT NULL REFERENCES place(id),
    contract        TEXT NOT NULL,
    token           TEXT,
    month           INTEGER NOT NULL,
    start_ms        INTEGER NOT NULL,
    end_ms          INTEGER NOT NULL,
    currency        TEXT NOT NULL,
    energy_e6       INTEGER NOT NULL,
    stated_excl_e6  INTEGER,
    stated_incl_e6  INTEGER,
    credit          INTEGER NOT NULL,
    credits         TEXT                 -- id of the credited CDR
) STRICT;
CREATE INDEX cdr_key ON cdr (key);
CREATE INDEX cdr_month ON cdr (partner, month);

-- Charging sessions. A later report of the same session is a new row that points at the first.
CREATE TABLE session (
    id         INTEGER PRIMARY KEY,
    import     INTEGER NOT NULL REFERENCES import(id),
    number     INTEGER NOT NULL,
    block      INTEGER NOT NULL REFERENCES raw_block(id),
    start      INTEGER NOT NULL,
    length     INTEGER NOT NULL,
    form       INTEGER NOT NULL,
    partner    INTEGER NOT NULL REFERENCES party(id),
    key        INTEGER NOT NULL,
    content    INTEGER NOT NULL,
    corrects   INTEGER REFERENCES session(id),
    ocpi_id    TEXT NOT NULL,
    auth_ref   TEXT,
    place      INTEGER NOT NULL REFERENCES place(id),
    contract   TEXT NOT NULL,
    month      INTEGER NOT NULL,
    start_ms   INTEGER NOT NULL,
    end_ms     INTEGER,
    energy_e6  INTEGER NOT NULL,
    status     TEXT NOT NULL,
    updated_ms INTEGER
) STRICT;
CREATE INDEX session_key ON session (key);
CREATE INDEX session_month ON session (partner, month);

-- Tariff versions, location versions and tokens: every received version is kept.
CREATE TABLE tariff (
    id          INTEGER PRIMARY KEY,
    import      INTEGER NOT NULL REFERENCES import(id),
    number      INTEGER NOT NULL,
    block       INTEGER NOT NULL REFERENCES raw_block(id),
    start       INTEGER NOT NULL,
    length      INTEGER NOT NULL,
    form        INTEGER NOT NULL,
    partner     INTEGER NOT NULL REFERENCES party(id),
    key         INTEGER NOT NULL,
    content     INTEGER NOT NULL,
    ocpi_id     TEXT NOT NULL,
    updated_ms  INTEGER
) STRICT;
CREATE INDEX tariff_key ON tariff (key);

CREATE TABLE location (
    id          INTEGER PRIMARY KEY,
    import      INTEGER NOT NULL REFERENCES import(id),
    number      INTEGER NOT NULL,
    block       INTEGER NOT NULL REFERENCES raw_block(id),
    start       INTEGER NOT NULL,
    length      INTEGER NOT NULL,
    form        INTEGER NOT NULL,
    partner     INTEGER NOT NULL REFERENCES party(id),
    key         INTEGER NOT NULL,
    content     INTEGER NOT NULL,
    ocpi_id     TEXT NOT NULL,
    time_zone   TEXT,                    -- IANA name, so that looking it up reads no raw bytes
    updated_ms  INTEGER
) STRICT;
CREATE INDEX location_key ON location (key);

CREATE TABLE token (
    id          INTEGER PRIMARY KEY,
    import      INTEGER NOT NULL REFERENCES import(id),
    number      INTEGER NOT NULL,
    block       INTEGER NOT NULL REFERENCES raw_block(id),
    start       INTEGER NOT NULL,
    length      INTEGER NOT NULL,
    form        INTEGER NOT NULL,
    partner     INTEGER NOT NULL REFERENCES party(id),
    key         INTEGER NOT NULL,
    content     INTEGER NOT NULL,
    ocpi_id     TEXT NOT NULL,
    contract    TEXT NOT NULL,
    valid       INTEGER NOT NULL,
    updated_ms  INTEGER
) STRICT;
CREATE INDEX token_key ON token (key);

-- What was odd about reading a record. Only records with findings have rows here.
CREATE TABLE finding (
    id        INTEGER PRIMARY KEY,
    import    INTEGER NOT NULL REFERENCES import(id),
    kind      TEXT NOT NULL CHECK
        (kind IN ('import', 'cdr', 'session', 'tariff', 'location', 'token', 'reject')),
    record    INTEGER NOT NULL,
    code      TEXT NOT NULL,
    severity  INTEGER NOT NULL,          -- 0 info, 1 warning, 2 error, 3 fatal
    place     TEXT NOT NULL,             -- JSON of the place in the record
    params    TEXT NOT NULL              -- JSON
) STRICT;
CREATE INDEX finding_record ON finding (kind, record);
CREATE INDEX finding_import ON finding (import, code);

-- Facts do not change. (An import's own row is closed when it ends.)
CREATE TRIGGER cdr_fixed BEFORE UPDATE ON cdr BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER session_fixed BEFORE UPDATE ON session BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER tariff_fixed BEFORE UPDATE ON tariff BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER location_fixed BEFORE UPDATE ON location BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER token_fixed BEFORE UPDATE ON token BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER raw_block_fixed BEFORE UPDATE ON raw_block BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;

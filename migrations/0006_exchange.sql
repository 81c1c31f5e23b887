-- What was said with a partner's server for each page of an import: the ids of a request are the
-- evidence when a partner and we disagree on what was sent.
CREATE TABLE exchange (
    import          INTEGER NOT NULL REFERENCES import(id),
    number          INTEGER NOT NULL,    -- page of the import, from 1
    first           INTEGER NOT NULL,    -- number of its first record in the import
    url             TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    correlation_id  TEXT NOT NULL,
    status          INTEGER NOT NULL,    -- of HTTP
    headers         TEXT NOT NULL,       -- JSON of those that count: ids, date, link, totals
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER exchange_fixed BEFORE UPDATE ON exchange
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;

-- What we sent to a partner and what came of it. `sending` is written before the request goes out:
-- one that stays so, or is `unknown`, may have arrived; `unsent` certainly has not. The newest row
-- of a record counts.
CREATE TABLE push (
    id              INTEGER PRIMARY KEY,
    party           INTEGER NOT NULL REFERENCES party(id),
    module          TEXT NOT NULL CHECK
        (module IN ('cdrs', 'sessions', 'tariffs', 'invoicereconciliation')),
    record          INTEGER NOT NULL,    -- row of the cdr, session, tariff or invoice
    state           TEXT NOT NULL
        CHECK (state IN ('sending', 'sent', 'refused', 'unknown', 'unsent')),
    at_ms           INTEGER NOT NULL,
    url             TEXT NOT NULL,
    sha256          BLOB NOT NULL,       -- of the JSON that was sent
    location        TEXT,                -- where the partner says it is
    request_id      TEXT,
    problem         TEXT                 -- JSON: why not
) STRICT;
CREATE INDEX push_record ON push (party, module, record, id);
CREATE TRIGGER push_fixed BEFORE UPDATE ON push
BEGIN SELECT RAISE(ABORT, 'what was sent is never changed'); END;

-- Invoice reconciliation records (OCPI 2.3.0): which CDRs an invoice covers, as its issuer says.
CREATE TABLE record (
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
    invoice     TEXT NOT NULL,
    updated_ms  INTEGER
) STRICT;
CREATE INDEX record_key ON record (key);
CREATE INDEX record_partner ON record (partner, invoice);
CREATE TRIGGER record_fixed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;

-- The CDRs a record lists, by their OCPI ids: they may be there, or come later.
CREATE TABLE record_cdr (
    record   INTEGER NOT NULL REFERENCES record(id),
    ocpi_id  TEXT NOT NULL,
    PRIMARY KEY (record, ocpi_id)
) STRICT, WITHOUT ROWID;

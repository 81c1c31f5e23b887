-- Decisions: appended with who, when and why; undone by an opposite decision, never by deletion.

CREATE TABLE decision (
    seq      INTEGER PRIMARY KEY,        -- from 1, without gaps
    at_ms    INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    verb     TEXT NOT NULL,
    object   TEXT NOT NULL,              -- in words: CDR id, invoice number, partner key, a count
    reason   TEXT NOT NULL,
    details  TEXT NOT NULL,              -- JSON, everything the decision fixed
    undoes   INTEGER REFERENCES decision(seq),
    previous BLOB NOT NULL,              -- hash of the entry before; zeros for the first
    hash     BLOB NOT NULL               -- SHA-256 over previous and every field above and the items
) STRICT;
CREATE UNIQUE INDEX decision_undoes ON decision (undoes) WHERE undoes IS NOT NULL;

-- CDRs a decision is about, when it is about CDRs. Part of the hash, in order of cdr.
CREATE TABLE decision_cdr (
    decision  INTEGER NOT NULL REFERENCES decision(seq),
    cdr       INTEGER NOT NULL REFERENCES cdr(id),
    PRIMARY KEY (decision, cdr)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_cdr_cdr ON decision_cdr (cdr);

-- The company data and agreement of a partner (or of ourselves), as the decision `partner_set` fixed it.
CREATE TABLE agreement (
    decision  INTEGER PRIMARY KEY REFERENCES decision(seq),
    party     INTEGER NOT NULL REFERENCES party(id),
    content   TEXT NOT NULL              -- JSON of domain::Partner, or of domain::Company for ourselves
) STRICT;
CREATE INDEX agreement_party ON agreement (party, decision);

CREATE TABLE invoice_series (
    id       INTEGER PRIMARY KEY,
    code     TEXT NOT NULL UNIQUE,       -- e.g. `invoice`, `self_billed:NL-ABC`
    pattern  TEXT NOT NULL,              -- e.g. `{YYYY}-{SEQ:6}`
    last_seq INTEGER NOT NULL,
    last_day TEXT NOT NULL               -- issue dates never go backwards
) STRICT;

CREATE TABLE invoice (
    id          INTEGER PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN ('draft', 'issued')),
    kind        TEXT NOT NULL,
    partner     INTEGER NOT NULL REFERENCES party(id),
    month       INTEGER NOT NULL,
    currency    TEXT NOT NULL,
    series      INTEGER REFERENCES invoice_series(id),
    seq         INTEGER,
    number      TEXT,
    issued_on   TEXT,
    due_on      TEXT,
    cdrs        INTEGER NOT NULL,
    energy_e6   INTEGER NOT NULL,
    net_e6      INTEGER NOT NULL,
    gross_e6    INTEGER NOT NULL,
    content     TEXT NOT NULL,           -- JSON of domain::Invoice: the frozen copy of every figure
    decision    INTEGER NOT NULL REFERENCES decision(seq)
) STRICT;
CREATE UNIQUE INDEX invoice_number ON invoice (series, seq) WHERE seq IS NOT NULL;
CREATE INDEX invoice_month ON invoice (month, partner);

-- A CDR is on at most one live document (S3).
CREATE TABLE invoice_cdr (
    cdr      INTEGER PRIMARY KEY REFERENCES cdr(id),
    invoice  INTEGER NOT NULL REFERENCES invoice(id),
    line     INTEGER NOT NULL,
    net_e6   INTEGER NOT NULL
) STRICT;
CREATE INDEX invoice_cdr_invoice ON invoice_cdr (invoice);

-- The files of an issued document, as they were handed out.
CREATE TABLE invoice_file (
    invoice  INTEGER NOT NULL REFERENCES invoice(id),
    name     TEXT NOT NULL,
    media    TEXT NOT NULL,
    sha256   BLOB NOT NULL,
    bytes    BLOB NOT NULL,
    PRIMARY KEY (invoice, name)
) STRICT;

CREATE TRIGGER invoice_added AFTER INSERT ON invoice BEGIN
    INSERT INTO month_version VALUES (NEW.partner, NEW.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER invoice_changed AFTER UPDATE ON invoice BEGIN
    INSERT INTO month_version VALUES (NEW.partner, NEW.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER invoice_gone AFTER DELETE ON invoice BEGIN
    INSERT INTO month_version VALUES (OLD.partner, OLD.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

CREATE TRIGGER decision_fixed BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decision_kept BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER decision_cdr_fixed BEFORE UPDATE ON decision_cdr BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decision_cdr_kept BEFORE DELETE ON decision_cdr BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER agreement_fixed BEFORE UPDATE ON agreement BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER agreement_kept BEFORE DELETE ON agreement BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER invoice_frozen BEFORE UPDATE ON invoice WHEN OLD.state = 'issued'
BEGIN SELECT RAISE(ABORT, 'an issued document is never changed'); END;
CREATE TRIGGER invoice_kept BEFORE DELETE ON invoice WHEN OLD.state = 'issued'
BEGIN SELECT RAISE(ABORT, 'an issued document is never deleted'); END;
CREATE TRIGGER invoice_file_frozen BEFORE UPDATE ON invoice_file
BEGIN SELECT RAISE(ABORT, 'an issued document is never changed'); END;
CREATE TRIGGER invoice_file_kept BEFORE DELETE ON invoice_file
BEGIN SELECT RAISE(ABORT, 'an issued document is never deleted'); END;
CREATE TRIGGER invoice_cdr_frozen BEFORE UPDATE ON invoice_cdr
WHEN (SELECT state FROM invoice WHERE id = OLD.invoice) = 'issued'
BEGIN SELECT RAISE(ABORT, 'an issued document is never changed'); END;
CREATE TRIGGER invoice_cdr_kept BEFORE DELETE ON invoice_cdr
WHEN (SELECT state FROM invoice WHERE id = OLD.invoice) = 'issued'
BEGIN SELECT RAISE(ABORT, 'an issued document is never deleted'); END;

-- Whose figures count for a CDR by the rule agreed, and what is odd about it. A derivation: only CDRs
-- have a row for which another source than the CDR itself may count.
CREATE TABLE truth (
    cdr        INTEGER PRIMARY KEY REFERENCES cdr_row(id),
    version    INTEGER NOT NULL,        -- version of how sources are read
    agreement  INTEGER NOT NULL,        -- decision that set the rule
    session    INTEGER,                 -- session_row.id of the session that belongs to it
    severity   INTEGER NOT NULL,        -- worst finding; -1 = none
    codes      TEXT NOT NULL            -- finding codes, space separated
) STRICT;

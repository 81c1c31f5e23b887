-- How a partner's server is reached, as the decision that set it fixed it; the newest counts. A token
-- is never in here.
CREATE TABLE connection (
    decision  INTEGER PRIMARY KEY REFERENCES decision(seq),
    party     INTEGER NOT NULL REFERENCES party(id),
    content   TEXT NOT NULL              -- JSON of the settings
) STRICT;
CREATE INDEX connection_party ON connection (party, decision);

-- What was pulled of a partner's list, and how the last pull of it went.
CREATE TABLE pull (
    party         INTEGER NOT NULL REFERENCES party(id),
    module        TEXT NOT NULL,
    watermark_ms  INTEGER,               -- newest object of the last complete pull
    ended_ms      INTEGER NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('complete', 'partial', 'failed')),
    streak        INTEGER NOT NULL,      -- pulls in a row that were not complete
    detail        TEXT NOT NULL,         -- JSON: counts, problem, how the server departs from OCPI
    PRIMARY KEY (party, module)
) STRICT;

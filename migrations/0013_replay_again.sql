-- Replaying a month again: what a result rests on, and the results that others replaced.

-- Hash of everything that can make a CDR's price another one: policy, tolerance, zone, stored tariffs, a
-- kept reading. NULL = of an earlier version of the program: priced again by the next replay.
ALTER TABLE replay ADD COLUMN ground INTEGER;
-- How many tariffs, locations and undone imports the book had seen when they were looked up; NULL where
-- none of them matters, since the record carries its tariffs and they read no clock.
ALTER TABLE replay ADD COLUMN seen INTEGER;

-- Results whose figures another result replaced, the oldest of a CDR first.
CREATE TABLE replay_past (
    cdr           INTEGER NOT NULL REFERENCES cdr_row(id),
    seq           INTEGER NOT NULL,      -- from 1 for each CDR
    engine        INTEGER NOT NULL,      -- this and the following as in replay
    agreement     INTEGER NOT NULL,
    tariff        INTEGER,
    verdict       INTEGER NOT NULL,
    excl_e6       INTEGER,
    incl_e6       INTEGER,
    difference_e6 INTEGER,
    zone          TEXT,
    severity      INTEGER NOT NULL,
    codes         TEXT NOT NULL,
    kept          INTEGER,
    ground        INTEGER,
    seen          INTEGER,
    replaced_ms   INTEGER NOT NULL,      -- when the next result took its place
    decision      INTEGER REFERENCES decision(seq), -- by which; NULL = it followed from new facts
    PRIMARY KEY (cdr, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_past_decision ON replay_past (decision) WHERE decision IS NOT NULL;

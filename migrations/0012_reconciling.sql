-- Deciding about a partner-month, and what reconciling derives beside the buckets.

-- The difference (stated − replayed, in millionths) that whoever decided saw; '' = it was not priced;
-- NULL = not noted. The decision's details hold `seen_sha256` over them.
ALTER TABLE decision_cdr ADD COLUMN seen TEXT;

-- Sessions a decision is about. The decision's details hold `sessions_sha256` over them.
CREATE TABLE decision_session (
    decision  INTEGER NOT NULL REFERENCES decision(seq),
    session   INTEGER NOT NULL REFERENCES session_row(id),
    PRIMARY KEY (decision, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_session_session ON decision_session (session);

-- Cases, one for each decision `dispute`. A case is closed when that decision is undone.
CREATE TABLE dispute (
    number    INTEGER PRIMARY KEY,       -- from 1, without gaps
    decision  INTEGER NOT NULL UNIQUE REFERENCES decision(seq),
    partner   INTEGER NOT NULL REFERENCES party(id),
    month     INTEGER NOT NULL,
    cause     TEXT NOT NULL,             -- key of the group of causes it was opened for; '' = of none
    opened_ms INTEGER NOT NULL
) STRICT;

-- Decisions that repeat themselves on later CDRs, as the decision `rule` fixed them.
CREATE TABLE rule (
    decision  INTEGER PRIMARY KEY REFERENCES decision(seq),
    party     INTEGER NOT NULL REFERENCES party(id),
    content   TEXT NOT NULL              -- JSON of its terms
) STRICT;
CREATE INDEX rule_party ON rule (party);

CREATE TRIGGER decision_session_fixed BEFORE UPDATE ON decision_session BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decision_session_kept BEFORE DELETE ON decision_session BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER dispute_fixed BEFORE UPDATE ON dispute BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER dispute_kept BEFORE DELETE ON dispute BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER rule_fixed BEFORE UPDATE ON rule BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER rule_kept BEFORE DELETE ON rule BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;

-- Derivations.
ALTER TABLE outcome ADD COLUMN matched_by TEXT;   -- how its session was found, stable word
ALTER TABLE outcome ADD COLUMN other INTEGER;     -- CDR it repeats, credits or is credited by
ALTER TABLE outcome ADD COLUMN cause TEXT;        -- key of its likely cause, as cause_name has it

-- What is not plainly matched: little beside the rest.
CREATE INDEX outcome_open ON outcome (bucket) WHERE bucket <> 0;

-- What reconciling found odd about a CDR, beside the findings of reading and replay.
CREATE TABLE oddity (
    cdr       INTEGER NOT NULL REFERENCES cdr_row(id),
    code      TEXT NOT NULL,
    severity  INTEGER NOT NULL,          -- as in finding
    params    TEXT NOT NULL,             -- JSON
    PRIMARY KEY (cdr, code)
) STRICT, WITHOUT ROWID;

-- Causes met so far.
CREATE TABLE cause_name (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,        -- e.g. policy:step_mode=per_period
    kind    TEXT NOT NULL,               -- policy, data
    text    TEXT NOT NULL,               -- the clause after "matches if"
    policy  TEXT NOT NULL                -- JSON of the readings by switch
) STRICT;

-- What would explain a CDR's difference, simplest first.
CREATE TABLE cause (
    cdr           INTEGER PRIMARY KEY REFERENCES cdr_row(id),
    version       INTEGER NOT NULL,      -- of the search
    stamp         INTEGER NOT NULL,      -- hash of what it was made from
    explanations  TEXT NOT NULL          -- cause_name.id and its cost, e.g. `3:1 7:12`
) STRICT;

-- Stations whose clock or meter is off over a stretch of time.
CREATE TABLE station_off (
    partner     INTEGER NOT NULL REFERENCES party(id),
    month       INTEGER NOT NULL,
    evse        TEXT NOT NULL,
    location    TEXT NOT NULL,
    fault       TEXT NOT NULL,           -- clock, local_time, meter
    off_e6      INTEGER NOT NULL,        -- seconds, hours, or CDR ÷ session energy
    per_day_e6  INTEGER NOT NULL,        -- how it drifts, in the same unit
    since_ms    INTEGER NOT NULL,
    until_ms    INTEGER,                 -- NULL = still off
    cdrs        INTEGER NOT NULL,
    at_stake    TEXT NOT NULL,           -- JSON: sum per currency
    PRIMARY KEY (partner, month, evse, fault, since_ms)
) STRICT, WITHOUT ROWID;

-- When time alone changes where something stands: a hold ends, a CDR falls due. NULL = never.
ALTER TABLE month_state ADD COLUMN next_ms INTEGER;

-- Derivations: computed from facts and policy, replaceable at any time.

-- The price of a CDR as replayed, with what it was made from.
CREATE TABLE replay (
    cdr         INTEGER PRIMARY KEY REFERENCES cdr(id),
    engine      INTEGER NOT NULL,        -- version of the engine's results
    agreement   INTEGER NOT NULL,        -- decision that set the partner's agreement; 0 = defaults
    tariff      INTEGER,                 -- tariff.id where the CDR carried none; NULL = its own
    verdict     INTEGER NOT NULL,        -- 0 matches, 1 differs, 2 not priced
    excl_e6     INTEGER,
    incl_e6     INTEGER,
    difference_e6 INTEGER,               -- stated net − replayed net
    zone        TEXT,                    -- zone its restrictions were read in; NULL if none needs it
    severity    INTEGER NOT NULL,        -- worst of reading and replaying; -1 = none
    codes       TEXT NOT NULL            -- finding codes of the replay, space separated
) STRICT;
-- What another tariff or location can change.
CREATE INDEX replay_open ON replay (cdr)
    WHERE verdict = 2 OR tariff IS NOT NULL OR zone IS NOT NULL;

-- Which bucket each CDR is in. A CDR without a row here was not reconciled yet.
CREATE TABLE outcome (
    cdr       INTEGER PRIMARY KEY REFERENCES cdr(id),
    bucket    INTEGER NOT NULL,
    session   INTEGER,                   -- matched session
    reason    TEXT NOT NULL              -- why this bucket, stable word
) STRICT;

-- Completed sessions without a CDR.
CREATE TABLE session_outcome (
    session  INTEGER PRIMARY KEY REFERENCES session(id),
    bucket   INTEGER NOT NULL,
    reason   TEXT NOT NULL
) STRICT;

-- Sums of a partner-month per bucket and currency, as the close board reads them.
CREATE TABLE month_total (
    partner        INTEGER NOT NULL REFERENCES party(id),
    month          INTEGER NOT NULL,
    bucket         INTEGER NOT NULL,
    currency       TEXT NOT NULL,
    count          INTEGER NOT NULL,
    energy_e6      INTEGER NOT NULL,
    stated_e6      INTEGER NOT NULL,
    difference_e6  INTEGER NOT NULL,
    PRIMARY KEY (partner, month, bucket, currency)
) STRICT, WITHOUT ROWID;

-- When a partner-month was last reconciled, and whether something came in since.
CREATE TABLE month_state (
    partner     INTEGER NOT NULL REFERENCES party(id),
    month       INTEGER NOT NULL,
    cdrs        INTEGER NOT NULL,
    sessions    INTEGER NOT NULL,
    replayed    INTEGER NOT NULL,
    stale       INTEGER NOT NULL,
    PRIMARY KEY (partner, month)
) STRICT, WITHOUT ROWID;

-- Counts up whenever something about a partner-month's CDRs changes that is not a new CDR, so that
-- whoever keeps them in memory knows which months to read again.
CREATE TABLE month_version (
    partner  INTEGER NOT NULL REFERENCES party(id),
    month    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (partner, month)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER month_total_added AFTER INSERT ON month_total BEGIN
    INSERT INTO month_version VALUES (NEW.partner, NEW.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER month_total_changed AFTER UPDATE ON month_total BEGIN
    INSERT INTO month_version VALUES (NEW.partner, NEW.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER month_total_gone AFTER DELETE ON month_total BEGIN
    INSERT INTO month_version VALUES (OLD.partner, OLD.month, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

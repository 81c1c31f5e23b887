-- What reconciling looks at again when something came to a month: the records near what is new, and
-- how far each month was looked at. Derivations of the facts: emptied, they are filled again, and
-- months are reconciled as a whole.

-- Lanes: records with one value in common, such as a session id or an EVSE. `at_s` is the start in
-- Unix seconds and `lasts_s` the time from it to the end, both 0 in lanes where time does not matter.
CREATE TABLE near (
    lane     INTEGER NOT NULL,            -- partner in the upper 16 bits, hash of kind and value below
    at_s     INTEGER NOT NULL,
    subject  INTEGER NOT NULL,            -- cdr_row.id * 2, or session_row.id * 2 + 1
    lasts_s  INTEGER NOT NULL,
    PRIMARY KEY (lane, at_s, subject)
) STRICT, WITHOUT ROWID;

-- Records that were replayed anew or decided about: what they came to may not hold any more.
CREATE TABLE touched (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    partner   INTEGER NOT NULL,
    month     INTEGER NOT NULL,
    subject   INTEGER NOT NULL,           -- as in near
    replayed  INTEGER NOT NULL            -- 1: its figures may have changed, 0: only where it stands
) STRICT;
CREATE INDEX touched_month ON touched (partner, month);

-- The highest rows that are in the lanes, and those that were there when the month was reconciled;
-- `cdr` is NULL where it has to be reconciled as a whole.
CREATE TABLE month_mark (
    partner       INTEGER NOT NULL,
    month         INTEGER NOT NULL,
    lane_cdr      INTEGER NOT NULL DEFAULT 0,
    lane_session  INTEGER NOT NULL DEFAULT 0,
    cdr           INTEGER,
    session       INTEGER NOT NULL DEFAULT 0,
    touched       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (partner, month)
) STRICT, WITHOUT ROWID;

-- CDRs with the session each bills, by EVSE: what its clock and its meter do is seen in all of them.
CREATE TABLE pair (
    partner            INTEGER NOT NULL,
    month              INTEGER NOT NULL,
    evse               INTEGER NOT NULL,  -- hash of the EVSE
    cdr                INTEGER NOT NULL,
    session_start_s    INTEGER NOT NULL,  -- times in Unix seconds
    session_end_s      INTEGER NOT NULL,
    cdr_start_s        INTEGER NOT NULL,
    cdr_end_s          INTEGER NOT NULL,
    cdr_energy_e6      INTEGER NOT NULL,
    session_energy_e6  INTEGER NOT NULL,
    stated_e6          INTEGER NOT NULL,
    currency           TEXT NOT NULL,
    PRIMARY KEY (partner, month, evse, cdr)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER replay_anew BEFORE INSERT ON replay
WHEN EXISTS (SELECT 1 FROM replay WHERE cdr = NEW.cdr) BEGIN
    INSERT INTO touched (partner, month, subject, replayed)
        SELECT partner, month, id * 2, 1 FROM cdr_row WHERE id = NEW.cdr;
    UPDATE month_state SET stale = 1 WHERE (partner, month) IN
        (SELECT partner, month FROM cdr_row WHERE id = NEW.cdr);
END;
CREATE TRIGGER replay_raised AFTER UPDATE OF severity ON replay
WHEN NEW.severity <> OLD.severity BEGIN
    INSERT INTO touched (partner, month, subject, replayed)
        SELECT partner, month, id * 2, 0 FROM cdr_row WHERE id = NEW.cdr;
END;
CREATE TRIGGER decision_cdr_touched AFTER INSERT ON decision_cdr BEGIN
    INSERT INTO touched (partner, month, subject, replayed)
        SELECT partner, month, id * 2, 0 FROM cdr_row WHERE id = NEW.cdr;
END;
CREATE TRIGGER decision_session_touched AFTER INSERT ON decision_session BEGIN
    INSERT INTO touched (partner, month, subject, replayed)
        SELECT partner, month, id * 2 + 1, 0 FROM session_row WHERE id = NEW.session;
END;

-- CDRs that bill something at a place, for what is usual there: the price of one is out of line
-- beside all of them.
CREATE TABLE place_price (
    partner    INTEGER NOT NULL,
    month      INTEGER NOT NULL,
    place      INTEGER NOT NULL,          -- hash of location and currency
    cdr        INTEGER NOT NULL,
    energy_e6  INTEGER NOT NULL,
    stated_e6  INTEGER NOT NULL,
    odd        INTEGER NOT NULL,          -- 1: its price is out of line
    PRIMARY KEY (partner, month, place, cdr)
) STRICT, WITHOUT ROWID;

-- CDRs of which a replay once said that their total is not the replayed one: few beside all.
CREATE TABLE differed (
    partner  INTEGER NOT NULL,
    month    INTEGER NOT NULL,
    cdr      INTEGER NOT NULL,
    PRIMARY KEY (partner, month, cdr)
) STRICT, WITHOUT ROWID;
INSERT INTO differed (partner, month, cdr)
    SELECT c.partner, c.month, c.id FROM replay r JOIN cdr_row c ON c.id = r.cdr
    WHERE r.verdict = 1;
CREATE TRIGGER replay_differs AFTER INSERT ON replay WHEN NEW.verdict = 1 BEGIN
    INSERT OR IGNORE INTO differed (partner, month, cdr)
        SELECT partner, month, id FROM cdr_row WHERE id = NEW.cdr;
END;

CREATE INDEX oddity_unknown ON oddity (cdr) WHERE code = 'token_unknown';
CREATE INDEX session_waits ON session_outcome (session) WHERE reason = 'cdr_not_due';
CREATE INDEX token_partner ON token_row (partner);
CREATE INDEX finding_misdated ON finding (record) WHERE code IN ('future_date', 'epoch_date');

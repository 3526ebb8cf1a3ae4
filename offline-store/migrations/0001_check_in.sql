-- What the terminal promised while the hospital was away.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers drawn from this terminal's own namespace; last_number only grows.
CREATE TABLE ticket_counter (
  queue_letter TEXT NOT NULL,
  day          TEXT NOT NULL,               -- business day, 2026-03-10
  last_number  INTEGER NOT NULL CHECK (last_number > 0),
  PRIMARY KEY (queue_letter, day)
) STRICT, WITHOUT ROWID;

-- Acts to deliver to the hospital, exactly once each. Delivered rows keep only their id.
CREATE TABLE outbox (
  sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
  operation TEXT NOT NULL UNIQUE,
  kind      TEXT NOT NULL,                  -- "check-in", "staff-call"
  aggregate TEXT NOT NULL,                  -- acts with the same one keep their order
  body      TEXT NOT NULL,                  -- the intent, JSON
  created   INTEGER NOT NULL,               -- ms since 1970, UTC
  attempts  INTEGER NOT NULL DEFAULT 0,
  state     TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'parked')),
  settled   INTEGER NOT NULL DEFAULT 0,     -- when delivered or parked, ms
  reason    TEXT NOT NULL DEFAULT ''        -- why parked, a code
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, aggregate, sequence);

-- Check-ins made here without the hospital, for the patient who comes back to the terminal.
CREATE TABLE check_in (
  appointment  TEXT PRIMARY KEY,
  operation    TEXT NOT NULL UNIQUE,
  day          TEXT NOT NULL,
  queue_letter TEXT NOT NULL,
  number       INTEGER NOT NULL,
  confirmed    INTEGER NOT NULL DEFAULT 0,  -- 1: the hospital has it
  ticket       TEXT NOT NULL,               -- JSON, masked name only
  UNIQUE (queue_letter, day, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX check_in_by_day ON check_in (day);

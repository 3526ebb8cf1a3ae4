-- The whole schema as it stands after the last migration, to read. A test compares the two.
-- Version 3.

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

-- What the hospital told us, to serve patients without it. All of it can be fetched again.
CREATE TABLE document (
  kind     TEXT NOT NULL,                   -- "department", "doctor"
  id       TEXT NOT NULL,
  position INTEGER NOT NULL,                -- order of display
  body     TEXT NOT NULL,                   -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_by_position ON document (kind, position);

CREATE TABLE visitor (
  patient TEXT PRIMARY KEY,
  day     TEXT NOT NULL,                    -- business day of the visits
  body    TEXT NOT NULL                     -- patient summary and visits, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX visitor_by_day ON visitor (day);

-- Cards only as keyed digests: the number itself is nowhere in the file.
CREATE TABLE visitor_card (
  card    BLOB NOT NULL,
  patient TEXT NOT NULL REFERENCES visitor (patient) ON DELETE CASCADE,
  PRIMARY KEY (card, patient)
) STRICT, WITHOUT ROWID;
CREATE INDEX visitor_card_by_patient ON visitor_card (patient);

-- The life of every page (domain/print_job.h). The document goes when its state is final.
CREATE TABLE print_record (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  state      TEXT NOT NULL,
  final      INTEGER NOT NULL,
  printer    TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  job_id     INTEGER NOT NULL,
  pages      INTEGER NOT NULL,
  copy       INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,              -- ms since 1970, UTC
  document   BLOB
) STRICT;
CREATE INDEX print_record_open ON print_record (final, sequence);

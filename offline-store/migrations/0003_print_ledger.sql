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

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

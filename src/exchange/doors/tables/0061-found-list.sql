-- What a search of a session found, sealed whole, so that Back and refresh show the list and search nothing again.
CREATE TABLE session_list (
  session_id text NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  ref        text NOT NULL,
  sealed     text NOT NULL,
  found_at   timestamptz NOT NULL,
  PRIMARY KEY (session_id, ref)
);

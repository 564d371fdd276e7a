-- Who is signed in. The cookie is random; only its SHA-256 is kept. `id` is what views and audit know the session by.
CREATE TABLE session (
  id              text PRIMARY KEY,
  token_hash      text NOT NULL UNIQUE,
  csrf            text NOT NULL,
  sds_user_id     text NOT NULL,
  name            text NOT NULL,
  assurance       text NOT NULL,
  -- Roles of the national register as signed in with; one is chosen before anything else is served.
  roles           jsonb NOT NULL,
  role_profile_id text,
  created_at      timestamptz NOT NULL,
  last_seen_at    timestamptz NOT NULL,
  locked_at       timestamptz,
  return_to       text
);
CREATE INDEX session_created_at ON session (created_at);

-- People a session has found, each under an opaque reference; the number is sealed. A view opened from one carries its
-- id here, so that the same person can be opened again when the process that owned the view is gone.
CREATE TABLE session_person (
  session_id text NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  ref        text NOT NULL,
  sealed     text NOT NULL,
  view_id    text,
  found_at   timestamptz NOT NULL,
  PRIMARY KEY (session_id, ref)
);
CREATE INDEX session_person_view ON session_person (session_id, view_id) WHERE view_id IS NOT NULL;

-- Sign-ins under way, bound to one browser; used once.
CREATE TABLE sign_in (
  state_hash   text PRIMARY KEY,
  browser_hash text NOT NULL,
  nonce        text NOT NULL,
  verifier     text NOT NULL,
  return_to    text,
  -- The locked session this sign-in is to unlock.
  unlocks      text,
  started_at   timestamptz NOT NULL
);

-- Processes of this exchange: whose views carry which tag, and where the process is reached over mutual TLS.
CREATE TABLE live_process (
  tag      text PRIMARY KEY,
  exchange text NOT NULL,
  address  text NOT NULL,
  seen_at  timestamptz NOT NULL
);

-- Tokens of other exchanges that were used, until they would have expired.
CREATE TABLE peer_replay (
  exchange text NOT NULL,
  jti      text NOT NULL,
  expires  timestamptz NOT NULL,
  PRIMARY KEY (exchange, jti)
);
CREATE INDEX peer_replay_expires ON peer_replay (expires);

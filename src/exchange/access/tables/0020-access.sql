-- What systems have said of who is in whose care.
create table relationship_fact (
  nhs_number text not null,
  ods_code text not null,
  evidence_id text not null,
  type text not null,
  from_at timestamptz not null,
  ended_at timestamptz,
  last_message_at timestamptz not null,
  asserted_by text not null,
  seen_at timestamptz not null,
  primary key (nhs_number, ods_code, evidence_id)
);

-- What professionals have said of themselves; reviewed by the officer of their organisation.
create table claim (
  id uuid primary key default gen_random_uuid(),
  nhs_number text not null,
  sds_user_id text not null,
  ods_code text not null,
  type text not null,
  words text,
  at timestamptz not null,
  transaction_id text not null,
  reviewed_at timestamptz
);
create index claim_of_user on claim (nhs_number, sds_user_id, at);
create index claim_to_review on claim (ods_code, at) where reviewed_at is null;

-- Objections in force, of every exchange whose list we hold. `list_exchange` owns the case.
create table objection (
  list_exchange text not null,
  nhs_number text not null,
  scope text not null check (scope = 'everything'),
  since date not null,
  primary key (list_exchange, nhs_number)
);
create index objection_number on objection (nhs_number);

-- No row: that list was never loaded, which is not the same as nobody objecting.
create table objection_list (
  exchange text primary key,
  sequence bigint not null,
  loaded_at timestamptz not null
);

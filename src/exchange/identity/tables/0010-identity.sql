-- People as the local systems register them, keyed by verified NHS number and source; no clusters.
create table registration (
  source_id text not null,
  nhs_number text not null check (nhs_number ~ '^[0-9]{10}$'),
  family text not null,
  family_key text not null,
  given text[] not null,
  prefix text,
  preferred_name text,
  birth_date text not null,
  gender text not null,
  postcode text,
  loaded_at timestamptz not null,
  primary key (source_id, nhs_number)
);
create index registration_number on registration (nhs_number);
create index registration_name on registration (birth_date, family_key);

-- What joined or parted a registration and a number: facts, never changed.
create table link_evidence (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null,
  source_id text not null,
  nhs_number text not null,
  decision text not null check (decision in ('linked', 'ended')),
  basis text not null,
  model_version text not null
);
create index link_evidence_registration on link_evidence (source_id, nhs_number, at);
create function link_evidence_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'link_evidence is append-only';
end $$;
create trigger link_evidence_append_only before update or delete or truncate on link_evidence
  for each statement execute function link_evidence_is_append_only();

create table steward_task (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('demographics-differ', 'number-differs', 'not-this-person')),
  source_id text not null,
  nhs_number text not null,
  raised_at timestamptz not null,
  closed_at timestamptz
);
create unique index steward_task_open on steward_task (kind, source_id, nhs_number) where closed_at is null;

-- The last the national register said of a person, for when it is silent.
create table pds_fact (
  nhs_number text primary key,
  restricted boolean not null,
  practice text,
  at timestamptz not null
);

-- Changes of what is withheld and shared: proposed by one, decided by another of another organisation. Nothing is deleted; what is in
-- force is the latest approved change of each subject whose day has come. To take one back is a new change.
create table disclosure_change (
  id uuid primary key,
  kind text not null check (kind in ('class', 'profile', 'service', 'share-class')),
  -- What it is about: a class, an organisation, an organisation and code.
  subject text not null check (length(subject) <= 160),
  body jsonb not null,
  from_day date not null,
  reason text not null check (length(reason) between 3 and 1000),
  -- Summary of its trial run over synthetic people; null: none was attached.
  trial jsonb,
  proposed_by text not null,
  proposer_name text not null,
  proposer_organisation text not null,
  proposed_at timestamptz not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'refused', 'withdrawn')),
  decided_by text,
  decider_name text,
  decider_organisation text,
  decided_at timestamptz,
  -- Decisions in their order, whatever the clocks of the processes say.
  decision bigint unique,
  check ((state = 'proposed') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (decision is null)),
  check (state <> 'approved' or (decided_by <> proposed_by and decider_organisation <> proposer_organisation))
);
create sequence disclosure_decision owned by disclosure_change.decision;
create index disclosure_change_of on disclosure_change (kind, subject, from_day);
create index disclosure_change_waiting on disclosure_change (proposed_at) where state = 'proposed';

-- One row; every process reads it every 2 s.
create table disclosure_version (
  single boolean primary key default true check (single),
  version bigint not null
);
insert into disclosure_version (version) values (0);
create function disclosure_changed() returns trigger language plpgsql as $$
begin
  update disclosure_version set version = version + 1;
  return null;
end $$;
create trigger disclosure_change_is_new after update on disclosure_change
  for each row when (new.state = 'approved') execute function disclosure_changed();

-- A decided change is history.
create function disclosure_change_stands() returns trigger language plpgsql as $$
begin
  raise exception 'a decided change stands';
end $$;
create trigger disclosure_change_once before update or delete on disclosure_change
  for each row when (old.state <> 'proposed') execute function disclosure_change_stands();

-- Local codes that a source used and the register of its organisation does not have. Days, never times: nothing here leads to a view.
create table unknown_service (
  ods_code text not null check (length(ods_code) <= 12),
  local_code text not null check (length(local_code) <= 20),
  treatment_functions text[] not null,
  first_seen date not null,
  last_seen date not null,
  primary key (ods_code, local_code)
);

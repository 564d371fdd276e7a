-- What GP systems say of a person's wish about sharing, found while a record was asked for. It changes nothing that is shown by
-- itself: somebody looks, and opens a case or not.
create table practice_dissent (
  id uuid primary key default gen_random_uuid(),
  nhs_number text not null check (nhs_number ~ '^[0-9]{10}$'),
  source_id text not null,
  ods_code text not null,
  effect text not null check (effect in ('local-objection-case', 'review', 'closes-after-review', 'capacity-note')),
  first_seen timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'case', 'nothing')),
  decided_by text,
  decided_at timestamptz,
  check ((state = 'waiting') = (decided_by is null)),
  unique (nhs_number, source_id, effect)
);
create index practice_dissent_waiting on practice_dissent (first_seen) where state = 'waiting';

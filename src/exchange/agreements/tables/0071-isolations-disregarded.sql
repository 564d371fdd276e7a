-- Exchanges whose word on who is cut off does not count here, since two people said so: one in wrong hands could cut off all of London.
create table isolation_disregard (
  exchange text primary key,
  asked_by jsonb not null,
  asked_at timestamptz not null,
  agreed_by jsonb,
  agreed_at timestamptz,
  check ((agreed_by is null) = (agreed_at is null)),
  check (agreed_by is null or agreed_by ->> 'userId' <> asked_by ->> 'userId')
);
create trigger disregard_changes_catalogue after insert or update or delete on isolation_disregard
  for each statement execute function catalogue_changed();

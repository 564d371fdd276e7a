-- Who looked at what, when, why. Events and manifests are written once and never changed.

create table audit_event (
  uuid uuid not null,
  at timestamptz not null,
  salt bytea not null check (octet_length(salt) = 32),
  commitment bytea not null check (octet_length(commitment) = 32),
  node_id text not null,
  key_id text not null,
  signature bytea not null,
  transaction_id text not null,
  view_id text,
  attempt_id text,
  kind text not null,
  outcome text not null check (outcome in ('success', 'refused', 'failed')),
  nhs_number text,
  sds_user_id text,
  ods_code text,
  body text not null,
  manifests text[] not null default '{}',
  primary key (uuid, at)
) partition by range (at);

create index audit_event_view on audit_event (view_id, at) where view_id is not null;
create index audit_event_transaction on audit_event (transaction_id, at);
create index audit_event_person on audit_event (nhs_number, at) where nhs_number is not null;
create index audit_event_user on audit_event (sds_user_id, at) where sds_user_id is not null;
create index audit_event_organisation on audit_event (ods_code, at) where ods_code is not null;

create function audit_unchangeable() returns trigger language plpgsql as $$
begin
  raise exception '% is written once: % refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end $$;

create trigger audit_event_unchangeable before update or delete on audit_event
  for each row execute function audit_unchangeable();
create trigger audit_event_untruncatable before truncate on audit_event
  for each statement execute function audit_unchangeable();

-- What no month holds lands here, so that no event is ever refused for want of a partition.
create table audit_event_default partition of audit_event default;
create trigger audit_event_untruncatable before truncate on audit_event_default
  for each statement execute function audit_unchangeable();

-- A row for the sequencer, put there by the same statement as its event. The sequencer takes rows away.
create table audit_queue (
  uuid uuid not null,
  at timestamptz not null,
  commitment bytea not null,
  primary key (uuid, at)
);

-- Ids and versions of what one answer held, stored once under the SHA-256 of its canonical JSON.
create table audit_manifest (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  zstd bytea not null,
  items integer not null
);
create trigger audit_manifest_unchangeable before update or delete on audit_manifest
  for each row execute function audit_unchangeable();
create trigger audit_manifest_untruncatable before truncate on audit_manifest
  for each statement execute function audit_unchangeable();

-- Views that are open now. `opened` is the draft its closing event is made of if its process is lost.
create table audit_open_view (
  view_id text primary key,
  node_id text not null,
  process_tag text not null,
  opened_at timestamptz not null,
  heartbeat_at timestamptz not null default now(),
  opened text not null
);
create index audit_open_view_silent on audit_open_view (heartbeat_at);

-- Makes the partition of one month (UTC). Attached, not created in place: attaching does not stop writers to other
-- months. Returns false when rows of that month already lie in the default partition, where they stay readable.
create function audit_ensure_month(month date) returns boolean language plpgsql
  set search_path from current security definer as $$
declare
  first timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  next timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
  partition text := 'audit_event_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass(quote_ident(partition)) is not null then return true; end if;
  perform pg_advisory_xact_lock(hashtext('audit_ensure_month'));
  -- Read, not looked up: the cache of names does not learn of a table made while we waited.
  if exists (select from pg_inherits join pg_class on oid = inhrelid where inhparent = 'audit_event'::regclass and relname = partition)
  then return true; end if;
  perform set_config('lock_timeout', '2s', true);
  if exists (select from audit_event_default where at >= first and at < next) then return false; end if;
  execute format('create table %I (like audit_event including defaults including constraints)', partition);
  execute format('alter table %I add constraint within_month check (at >= %L and at < %L)', partition, first, next);
  execute format('alter table audit_event attach partition %I for values from (%L) to (%L)', partition, first, next);
  execute format('alter table %I drop constraint within_month', partition);
  execute format('create trigger audit_event_untruncatable before truncate on %I for each statement execute function audit_unchangeable()', partition);
  execute format('revoke all on %I from public', partition);
  execute format('revoke update, delete, truncate on %I from %I', partition, current_user);
  return true;
end $$;

do $$
declare written_once text;
begin
  foreach written_once in array array['audit_event', 'audit_event_default', 'audit_manifest'] loop
    execute format('revoke all on %I from public', written_once);
    execute format('revoke update, delete, truncate on %I from %I', written_once, current_user);
  end loop;
end $$;
revoke all on function audit_ensure_month(date) from public;

-- How organisations and agreements come and go. Steps are made on pages and outlive the next file (docs/adr/0012): the file has the
-- last word on names, addresses and technical rows, these tables on who may take part.
alter table organisation add column web text;
alter table organisation add column from_page boolean not null default false;
-- When a file last said something new of the DSP Toolkit; what was recorded on a page after that counts.
alter table organisation add column dsp_said_at timestamptz not null default now();
alter table agreement add column from_page boolean not null default false;
-- Only direct care opens anything (R047-R051).
alter table agreement add column purposes text[] not null default '{direct-care}' check (purposes = '{direct-care}');

-- Organisations that deliver the record: they approve no use of it.
create table delivery_team (ods_code text primary key);

-- Two people of two organisations, neither who applied nor of those who ask. People are {"userId", "name", "odsCode"}.
create function two_independent(approvals jsonb, applied_by jsonb, parties text[]) returns boolean language sql immutable as $$
  select coalesce(
    jsonb_array_length(approvals) = 2
    and approvals -> 0 ->> 'userId' <> approvals -> 1 ->> 'userId'
    and approvals -> 0 ->> 'odsCode' <> approvals -> 1 ->> 'odsCode'
    and applied_by ->> 'userId' not in (approvals -> 0 ->> 'userId', approvals -> 1 ->> 'userId')
    and not array[approvals -> 0 ->> 'odsCode', approvals -> 1 ->> 'odsCode'] && (parties || (applied_by ->> 'odsCode')), false)
$$;

create table organisation_life (
  ods_code text primary key,
  state text not null check (state in ('applied', 'reviewed', 'connected', 'suspended', 'left')),
  since timestamptz not null default now(),
  from_file boolean not null,
  applied_by jsonb,
  approvals jsonb not null default '[]',
  go_live date,
  asked jsonb,
  constraint two_people check (from_file or state in ('applied', 'left') or two_independent(approvals, applied_by, array[ods_code]))
);
create trigger organisation_life_changes_catalogue after insert or update or delete on organisation_life
  for each statement execute function catalogue_changed();

-- A review is kept whatever becomes of its agreement, so that what was suspended does not come back with the next file.
alter table agreement_review drop constraint agreement_review_agreement_id_fkey;
alter table agreement_review drop column approved_by, drop column second_approved_by, drop column from_day, drop column until_day;
alter table agreement_review add column from_file boolean not null default true;
alter table agreement_review add column since timestamptz not null default now();
alter table agreement_review add column applied_by jsonb;
alter table agreement_review add column approvals jsonb not null default '[]';
alter table agreement_review add column asked jsonb;
alter table agreement_review add column overdue jsonb;
alter table agreement_review add constraint two_people
  check (from_file or state in ('applied', 'ended') or two_independent(approvals, applied_by, '{}'));
-- Served past its last day only on a decision somebody is named for (care rules 5.6).
alter table agreement_review add constraint decided
  check (state <> 'overdue' or coalesce(overdue ->> 'owner', '') <> '' and (overdue ->> 'until') is not null);

create function agreements_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'steps are never changed or taken out' using errcode = '23514';
end $$;

create table life_step (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  subject text not null check (subject in ('organisation', 'agreement')),
  which text not null,
  step text not null,
  state_before text,
  state_after text not null,
  by_person jsonb not null,
  words text
);
create index life_step_of on life_step (subject, which, id);
create trigger life_step_stays before update or delete on life_step for each row execute function agreements_append_only();

create table dsp_toolkit (
  id bigint generated always as identity primary key,
  ods_code text not null,
  status text not null check (status in ('exceeded', 'met', 'approaching', 'not-met', 'not-published')),
  until_day date not null,
  at timestamptz not null default now(),
  by_person jsonb not null
);
create index dsp_toolkit_of on dsp_toolkit (ods_code, id desc);
create trigger dsp_toolkit_stays before update or delete on dsp_toolkit for each row execute function agreements_append_only();
create trigger dsp_toolkit_changes_catalogue after insert on dsp_toolkit for each statement execute function catalogue_changed();

-- Warnings of lapses that were told: a threshold once, then every day.
create table lapse_warning (
  subject text not null check (subject in ('agreement', 'dsp-toolkit')),
  which text not null,
  until_day date not null,
  days_left integer not null,
  told_at timestamptz not null default now(),
  primary key (subject, which, until_day, days_left)
);

-- An application being written, task by task. `form` is what was told so far, parsed again when it is sent.
create table connection (
  id uuid primary key,
  form jsonb not null default '{}',
  started_by jsonb not null,
  started_at timestamptz not null default now(),
  sent_at timestamptz,
  ods_code text
);
create index connection_of on connection (ods_code, sent_at desc);

-- Who was cut off from here and why; what is in force is in isolation_in_force, whichever exchange said so.
create table isolation_act (
  id uuid primary key,
  what text not null check (what in ('user', 'organisation', 'exchange', 'key', 'source')),
  which text not null,
  because text not null,
  at timestamptz not null,
  by_person jsonb not null,
  release_asked_at timestamptz,
  release_asked_by jsonb,
  released_at timestamptz,
  released_by jsonb,
  check (released_by is null or released_by ->> 'userId' <> release_asked_by ->> 'userId')
);

-- What people said no to before this product was there, one row an opt-out of one system (docs/opt-outs.md).
create table opt_out_import (
  id uuid primary key,
  place bigint generated always as identity,
  at timestamptz not null,
  -- Null: it was broken off, and is to be run again.
  finished_at timestamptz,
  imported_by text not null,
  file_sha256 text not null,
  systems text[] not null,
  counts jsonb not null,
  -- Lines refused, with our words; no content of the file.
  refused jsonb not null
);

create table opt_out (
  id uuid primary key default gen_random_uuid(),
  system text not null,
  system_id text not null,
  hash text not null,
  said jsonb not null,
  -- For finding them when registrations come later.
  nhs_number text,
  birth_date text,
  postcode text,
  -- `nobody`: a steward has found that nobody here is the person.
  state text not null check (state in ('matched', 'unmatched', 'nobody')),
  -- What the national register said when it was asked who this is.
  register text not null default 'not-asked' check (register in ('not-asked', 'answered', 'too-many', 'silent')),
  matched_by text check (matched_by in ('number', 'details', 'steward')),
  first_import uuid not null references opt_out_import,
  last_import uuid not null references opt_out_import,
  check ((state = 'matched') = (matched_by is not null)),
  unique (system, system_id)
);
create index opt_out_unworked on opt_out (birth_date) where state <> 'matched';
create index opt_out_unworked_number on opt_out (nhs_number) where state <> 'matched';
create index opt_out_unworked_postcode on opt_out (postcode) where state <> 'matched';

-- Whom it is, or could be. Each that is `is` or `could-be` is an objection in force by the id of this row.
create table opt_out_person (
  id uuid primary key default gen_random_uuid(),
  opt_out uuid not null references opt_out,
  nhs_number text not null check (nhs_number ~ '^[0-9]{10}$'),
  because text not null check (because in ('number', 'number-details-differ', 'number-unknown', 'details', 'steward')),
  state text not null check (state in ('is', 'could-be', 'is-not', 'no-more')),
  since timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  unique (opt_out, nhs_number)
);
create index opt_out_person_waiting on opt_out_person (opt_out) where state = 'could-be';

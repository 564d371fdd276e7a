-- Who takes part, and under what terms. Every row stands until a document says otherwise; history is the change log of versions.

-- Kinds of organisation, one row each. A kind that may not view can stand in no organisation row: there is no role,
-- export or interface for it.
create table organisation_kind (
  kind text primary key,
  may_view boolean not null,
  reason text not null,
  unique (kind, may_view)
);
insert into organisation_kind (kind, may_view, reason) values
  ('gp-practice', true, 'gives care'),
  ('acute', true, 'gives care'),
  ('community', true, 'gives care'),
  ('mental-health', true, 'gives care'),
  ('social-care', true, 'gives care'),
  ('ambulance', true, 'gives care'),
  ('nhs-111', true, 'gives care'),
  ('out-of-hours', true, 'gives care'),
  ('national', true, 'runs national services of care'),
  ('other', true, 'gives care'),
  ('insurer', false, 'never: insurance is not direct care'),
  ('employer', false, 'never: employment is not direct care'),
  ('police', false, 'never: policing is not direct care'),
  ('benefits', false, 'never: assessing benefits is not direct care'),
  ('research', false, 'never: research is not direct care');

create table organisation (
  ods_code text primary key check (ods_code ~ '^[A-Z0-9]{3,12}$'),
  name text not null,
  short text not null,
  kind text not null,
  may_view boolean not null default true check (may_view),
  phone text,
  foreign key (kind, may_view) references organisation_kind (kind, may_view)
);

create table source (
  id text primary key,
  place integer not null,
  ods_code text not null references organisation,
  exchange text not null,
  connector text not null,
  base_url text not null,
  system text not null,
  sections text[] not null,
  fhir_read text,
  token_url text,
  client_id text,
  asid_to text,
  hedge boolean not null,
  max_concurrent integer not null check (max_concurrent > 0),
  feed text not null,
  index_loaded_at timestamptz,
  gives_evidence boolean not null,
  state text not null check (state in ('live', 'planned', 'suspended'))
);

create table peer (
  exchange text primary key,
  place integer not null,
  title text not null,
  base_url text not null,
  state text not null check (state in ('live', 'planned', 'suspended')),
  trusted_evidence text[] not null
);

-- `sections` null = all; `consumer` '*' = every connected organisation. `until_day` is the last day it grants anything.
create table agreement (
  id text primary key,
  place integer not null,
  provider text not null references organisation deferrable,
  consumer text not null,
  sections text[],
  from_day date not null,
  until_day date,
  check (until_day is null or until_day >= from_day)
);

create table agreement_review (
  agreement_id text primary key references agreement on delete cascade,
  state text not null default 'in-force' check (state in ('applied', 'in-force', 'overdue', 'suspended', 'ended')),
  from_day date,
  until_day date,
  approved_by text,
  second_approved_by text,
  check (approved_by is distinct from second_approved_by or approved_by is null)
);

create table role_map (
  job_role text primary key,
  place integer not null,
  title text not null,
  role_group text not null,
  sections text[] not null,
  may_claim boolean not null
);

create table service_register (
  ods_code text not null references organisation,
  local_code text not null,
  place integer not null,
  treatment_function text,
  name text not null,
  legal_class text,
  primary key (ods_code, local_code)
);

-- One row; every process reads its version every 2 s.
create table catalogue_version (
  single boolean primary key default true check (single),
  version bigint not null,
  exchange text not null,
  title text not null,
  sha256 text not null,
  applied_at timestamptz not null default now()
);

-- A decision on an agreement reaches every process as a new version, whoever wrote it.
create function catalogue_changed() returns trigger language plpgsql as $$
begin
  update catalogue_version set version = version + 1, applied_at = now();
  return null;
end $$;
create trigger agreement_review_changes_catalogue after insert or update or delete on agreement_review
  for each row execute function catalogue_changed();

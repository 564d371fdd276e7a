-- What the privacy officer of a professional's own organisation is told of, each thing once.
create table alert (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null,
  kind text not null check (kind in ('self-claim', 'emergency', 'staff-block', 'narrowing')),
  -- National alert type and reason; none where nothing was opened.
  national_type text check (national_type in ('1', '2')),
  national_reason text check (national_reason in ('1', '2', '3', '4', '5', '6')),
  nhs_number text not null,
  sds_user_id text not null,
  user_name text not null,
  role_name text not null,
  ods_code text not null,
  words text,
  claim_id uuid references claim (id),
  transaction_id text not null,
  seen_at timestamptz,
  seen_by text,
  check ((national_type is null) = (national_reason is null))
);
create index alert_of_organisation on alert (ods_code, at);
create index alert_unseen on alert (ods_code, at) where seen_at is null;

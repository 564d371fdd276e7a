-- What evidence is bound to, and what its source has taken back.
alter table relationship_fact add column team text, add column revoked_at timestamptz;

-- What employers and registers say of each professional in each organisation, as last loaded.
create table staff_standing (
  sds_user_id text not null,
  ods_code text not null,
  employment text not null check (employment in ('active', 'ended')),
  register text not null check (register in ('registered', 'fee-unpaid', 'suspended', 'lapsed', 'not-regulated')),
  register_since date,
  teams text[] not null default '{}',
  said_by text not null,
  at timestamptz not null,
  primary key (sds_user_id, ods_code)
);

-- Who has accepted the rules of use, and when. Rows are only ever added.
create table use_accepted (
  sds_user_id text not null,
  at timestamptz not null,
  primary key (sds_user_id, at)
);

-- What becomes of a claim: confirmed by evidence, or reviewed by a person. `listed`: a person reviews it whatever is found.
alter table claim
  add column renews uuid references claim (id),
  add column listed text check (listed in ('emergency', 'sensitive', 'sample')),
  add column user_name text not null default '',
  add column role_name text not null default '',
  add column view_id text,
  add column confirmed_at timestamptz,
  add column confirmed_by text,
  add column outcome text check (outcome in ('in-order', 'ask-manager', 'not-in-order')),
  add column reviewed_by text,
  add column note text;
create index claim_to_confirm on claim (at) where confirmed_at is null and reviewed_at is null;

-- Items that somebody says are not about the person they are filed under: shown to nobody until a steward has decided.
create table held_item (
  id uuid primary key default gen_random_uuid(),
  item_id text not null,
  source_id text not null,
  nhs_number text not null,
  -- Who said so: user, organisation and the exchange they work at.
  reported_by text not null,
  reported_at_organisation text not null,
  reported_from text not null,
  words text,
  reported_at timestamptz not null,
  released_at timestamptz,
  released_by text,
  check ((released_at is null) = (released_by is null))
);
create unique index held_item_in_force on held_item (item_id) where released_at is null;

-- Whom to tell of it. Written with the hold; taken by whatever sends.
create table held_item_notice (
  id uuid primary key default gen_random_uuid(),
  held_item uuid not null references held_item (id),
  recipient text not null check (recipient in ('source', 'safety-officer')),
  source_id text not null,
  written_at timestamptz not null,
  sent_at timestamptz
);
create index held_item_notice_unsent on held_item_notice (written_at) where sent_at is null;

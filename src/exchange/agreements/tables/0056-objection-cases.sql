-- Objection cases of this exchange. What a case is now is what its steps have made it; `facts` is that, so that lists need not fold them.
create table objection_case (
  id uuid primary key,
  -- What a person quotes on the telephone, and what stands in letters.
  reference text not null unique,
  state text not null check (state in ('received', 'held', 'upheld', 'not-upheld', 'withdrawn', 'expired')),
  channel text not null,
  opened_at timestamptz not null,
  -- Numbers of the person, once their identity was checked.
  nhs_numbers text[] not null,
  -- Under which lists between exchanges carry it.
  objection_id text not null unique,
  steps integer not null,
  facts jsonb not null,
  closed_at timestamptz,
  -- A closed case is looked at again from this day on.
  look_again date,
  -- What a public form said of who asks; sealed, opened on the page of the case alone.
  sealed text
);
create index objection_case_open on objection_case (opened_at) where closed_at is null;
create index objection_case_again on objection_case (look_again) where look_again is not null;
create index objection_case_person on objection_case using gin (nhs_numbers);

create table objection_step (
  case_id uuid not null references objection_case (id),
  n integer not null check (n > 0),
  at timestamptz not null,
  by_user text not null,
  event jsonb not null,
  primary key (case_id, n)
);
create function objection_step_stays() returns trigger language plpgsql as $$
begin
  raise exception 'steps of an objection case are only added';
end
$$;
create trigger objection_step_only_added before update or delete on objection_step
  for each statement execute function objection_step_stays();

-- Letters as they were made, so that what was sent can be shown word for word.
create table objection_letter (
  id uuid primary key,
  case_id uuid not null references objection_case (id),
  kind text not null,
  language text not null,
  version text not null,
  made_at timestamptz not null,
  made_by text not null,
  html text not null,
  pdf bytea not null
);
create index objection_letter_case on objection_letter (case_id);

-- People who left a name and a number (R071). Sealed: who, where, what about.
create table call_back (
  id uuid primary key,
  channel text not null check (channel in ('telephone', 'form')),
  taken_at timestamptz not null,
  due_at timestamptz not null,
  sealed text not null,
  tries integer not null default 0,
  last_try timestamptz,
  done_at timestamptz,
  done_by text,
  outcome text check (outcome in ('called', 'no-answer', 'wrong-number')),
  case_id uuid references objection_case (id),
  check ((done_at is null) = (outcome is null))
);
create index call_back_open on call_back (due_at) where done_at is null;

-- How people reach the objections office of an organisation: what its letters say.
create table objection_office (
  ods_code text primary key,
  contact jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null
);

-- Every exchange's lists, our own and the copies of others, as they were hashed.
create table list_entry (
  exchange text not null,
  list text not null,
  sequence bigint not null check (sequence > 0),
  at timestamptz not null,
  at_text text not null,
  body text not null,
  hash text not null,
  primary key (exchange, list, sequence)
);

-- How far each list is held. `whole_at`: when it was last known to be all there is; null: never. Our own of objections is that once
-- it was loaded, even empty. `refused`: pages in a row that could not be taken.
create table list_head (
  exchange text not null,
  list text not null,
  sequence bigint not null default 0,
  hash text not null,
  in_force int not null default 0,
  whole_at timestamptz,
  canary_at timestamptz,
  asked_at timestamptz,
  refused int not null default 0,
  code text,
  signed_head jsonb,
  primary key (exchange, list)
);

-- What each reader of our lists said it held when it last asked.
create table list_reader (
  reader text not null,
  list text not null,
  sequence bigint not null,
  in_force int not null,
  at timestamptz not null,
  agreed_at timestamptz not null,
  primary key (reader, list)
);

-- What was last said of which list; said again after an hour.
create table list_alarm (
  exchange text not null,
  list text not null,
  code text not null,
  at timestamptz not null,
  primary key (exchange, list, code)
);

-- Objections in force by every exchange's list: what rests on the lists, and can be built from them again at any time.
create table objection_in_force (
  exchange text not null,
  id text not null,
  scope jsonb not null,
  basis text not null check (basis in ('held', 'upheld', 'imported', 'unmatched')),
  since text not null,
  narrowings jsonb not null,
  spares_safeguarding boolean not null,
  primary key (exchange, id)
);

-- Under every number the person is known by.
create table objection_of (
  nhs_number text not null,
  exchange text not null,
  id text not null,
  primary key (nhs_number, exchange, id),
  foreign key (exchange, id) references objection_in_force on delete cascade
);
create index objection_numbers on objection_of (exchange, id);

-- Numbers the national register has replaced, as far as we were told, each with the one that stands: what is kept under
-- an old number is about the same person.
create table superseded_number (
  nhs_number text primary key check (nhs_number ~ '^[0-9]{10}$'),
  superseded_by text not null check (superseded_by ~ '^[0-9]{10}$' and superseded_by <> nhs_number),
  at timestamptz not null
);
create index superseded_number_by on superseded_number (superseded_by);

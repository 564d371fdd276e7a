-- Which sources know whom. Loaded whole per source; when, is the source's own `indexLoadedAt`.
create table pointer (
  nhs_number text not null,
  source_id text not null,
  loaded_at timestamptz not null,
  primary key (nhs_number, source_id)
);

-- What came of asking a system of the catalogue whether it answers, asked by this exchange itself. Findings are codes and our own
-- words: nothing that the other end said. `asked` is the fingerprint of the addresses asked: a result is of them and no others.
create table connection_check (
  id bigint generated always as identity primary key,
  source_id text not null,
  ods_code text not null,
  asked text not null,
  at timestamptz not null,
  works boolean not null,
  findings text[] not null,
  by_person jsonb not null
);
create index connection_check_of on connection_check (source_id, id desc);
create trigger connection_check_stays before update or delete on connection_check for each row execute function agreements_append_only();

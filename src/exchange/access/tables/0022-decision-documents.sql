-- What decisions were taken by: rule sets and the part of the catalogue that decides, each under the SHA-256 of its text. Written
-- when a process first uses it, never changed, so that a past decision can be taken again.
create table decision_document (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('access-rules', 'catalogue')),
  version text not null,
  body text not null,
  first_used timestamptz not null
);
create function decision_document_unchangeable() returns trigger language plpgsql as $$
begin
  raise exception 'what a decision was taken by is written once: % refused', lower(tg_op) using errcode = 'insufficient_privilege';
end $$;
create trigger decision_document_unchangeable before update or delete on decision_document
  for each row execute function decision_document_unchangeable();
create trigger decision_document_untruncatable before truncate on decision_document
  for each statement execute function decision_document_unchangeable();

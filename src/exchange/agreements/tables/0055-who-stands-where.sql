-- Kinds of organisation that came later; kinds that may never view stand in 0050.
insert into organisation_kind (kind, may_view, reason) values
  ('care-home', true, 'gives care'),
  ('pharmacy', true, 'gives care'),
  ('hospice', true, 'gives care');

-- Where an organisation stands on its way in and out; null = connected. DSP Toolkit as last published.
alter table organisation add column state text check (state in ('applied', 'reviewed', 'connected', 'suspended', 'left'));
alter table organisation add column dsp_status text check (dsp_status in ('exceeded', 'met', 'approaching', 'not-met', 'not-published'));
alter table organisation add column dsp_until date;
alter table organisation add constraint dsp_whole check ((dsp_status is null) = (dsp_until is null));

-- Work beside the record, and whether a professional register keeps the role.
alter table role_map add column register text check (register = 'needed');
alter table role_map add column offices text[];
alter table role_map drop constraint beside_the_record;
alter table role_map add constraint beside_the_record
  check (role_group not in ('support', 'privacy-officer', 'guardian', 'governance', 'steward') or (cardinality(sections) = 0 and not may_claim));

-- Who is cut off now, whichever exchange said so (lists between exchanges). A change is a new version of the catalogue.
create table isolation_in_force (
  id text primary key,
  exchange text not null,
  what text not null check (what in ('user', 'organisation', 'exchange', 'key', 'source')),
  which text not null,
  because text not null,
  since timestamptz not null
);
create index isolation_of on isolation_in_force (what, which);
create trigger isolation_changes_catalogue after insert or update or delete on isolation_in_force
  for each statement execute function catalogue_changed();

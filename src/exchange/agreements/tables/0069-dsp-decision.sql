-- A lapsed DSP Toolkit status served on for 30 days at most, on a decision somebody is named for (care rules 5.6). It is of one last
-- day: a newer status needs a decision of its own.
create table dsp_decision (
  id bigint generated always as identity primary key,
  ods_code text not null,
  lapsed_on date not null,
  until_day date not null check (until_day > lapsed_on and until_day <= lapsed_on + 30),
  owner text not null check (owner <> ''),
  reason text not null check (reason <> ''),
  by_person jsonb not null,
  at timestamptz not null default now()
);
create index dsp_decision_of on dsp_decision (ods_code, lapsed_on, id desc);
create trigger dsp_decision_stays before update or delete on dsp_decision for each row execute function agreements_append_only();
create trigger dsp_decision_changes_catalogue after insert on dsp_decision for each statement execute function catalogue_changed();

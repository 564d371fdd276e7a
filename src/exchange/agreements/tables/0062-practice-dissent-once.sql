-- What a practice wrote is heard once, by its meaning and day; a refusal of the local record opens its case by itself.
alter table practice_dissent
  -- The first version 2 code of the line of the table it stands in: `93C1.`, whichever of its codes was sent.
  add column code text not null default '',
  -- FHIR date as the practice has it; empty: it does not say.
  add column said_on text not null default '',
  add column case_id uuid references objection_case (id),
  drop constraint practice_dissent_nhs_number_source_id_effect_key,
  add unique (nhs_number, ods_code, code, said_on);

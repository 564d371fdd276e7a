-- How a source is spoken to: the format it is asked for, and where its documents are when they have an address of their own.
alter table source add column fhir_format text;
alter table source add column documents_url text;
alter table source add column documents_asid text;

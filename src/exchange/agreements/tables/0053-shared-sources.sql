-- A source that each viewer's own exchange asks, and one that several organisations share.
alter table source add column asked_by text check (asked_by in ('home', 'viewer'));
alter table source add column members text[];

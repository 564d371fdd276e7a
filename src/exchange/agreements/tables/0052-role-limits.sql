-- Sections of which a role sees one class of items only: {"results": "virus"}.
alter table role_map add column limits jsonb not null default '{}';

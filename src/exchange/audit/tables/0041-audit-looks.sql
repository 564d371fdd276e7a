-- A professional's own earlier views of one person, newest first: one row a view, not one an answer.
create index audit_event_look on audit_event (sds_user_id, nhs_number, at) where kind = 'view-opened';

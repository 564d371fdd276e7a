-- A PDF that cannot write a name as it should be is not kept: the page alone is the letter.
alter table objection_letter alter column pdf drop not null;

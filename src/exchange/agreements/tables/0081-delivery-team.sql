-- Who delivers the record approves no use of it: held where an approval is written down, as the other conditions of two people are.
create function delivery_team_approves_nothing() returns trigger language plpgsql as $$
begin
  if exists (select from jsonb_array_elements(new.approvals) as one, delivery_team d
    where d.ods_code = one ->> 'odsCode' or one -> 'alsoOf' ? d.ods_code) then
    raise exception 'who delivers the record approves no use of it' using errcode = '23514';
  end if;
  return new;
end $$;
-- A later change of who delivers it takes no approval back.
create trigger organisation_approved before insert on organisation_life
  for each row execute function delivery_team_approves_nothing();
create trigger organisation_approved_again before update on organisation_life
  for each row when (new.approvals <> old.approvals) execute function delivery_team_approves_nothing();
create trigger agreement_approved before insert on agreement_review
  for each row execute function delivery_team_approves_nothing();
create trigger agreement_approved_again before update on agreement_review
  for each row when (new.approvals <> old.approvals) execute function delivery_team_approves_nothing();

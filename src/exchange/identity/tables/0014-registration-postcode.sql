-- Former objectors are looked for by where they lived.
create index registration_postcode on registration (replace(upper(postcode), ' ', ''));

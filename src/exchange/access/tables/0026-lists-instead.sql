-- What is in force rests on the lists between exchanges (0021, 0070); `apply` loads them.
drop table objection;
drop table objection_list;

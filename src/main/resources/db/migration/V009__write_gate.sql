-- Every statement that writes scores passes this gate (it deletes nothing here); hiding a user and sealing a period close it
-- (a share lock): they wait for what is under way, and hold up what comes next. A table of its own, as a share lock on scores
-- would also wait for every vacuum and analyze of them, and all batches behind it.
create table write_gate (closed boolean not null);

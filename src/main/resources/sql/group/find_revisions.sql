-- $1 groups
select id, revision from user_group where id = any($1::text[])

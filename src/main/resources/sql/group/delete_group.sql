-- $1 id
delete from user_group where id = $1

-- $1 id, $2 users
delete from group_member where group_id = $1 and user_id = any($2::text[]) returning user_id

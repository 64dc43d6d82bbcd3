-- $1 id, $2 users
insert into group_member (group_id, user_id) select $1, unnest($2::text[]) on conflict do nothing returning user_id

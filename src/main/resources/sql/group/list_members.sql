-- $1 id, $2 after this user, $3 how many
select user_id from group_member where group_id = $1 and user_id collate "C" > $2 order by user_id collate "C" limit $3

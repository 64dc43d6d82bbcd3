select user_id, reason, since from suspended where user_id > $1 order by user_id limit $2

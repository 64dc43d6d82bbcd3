select user_id, reason, since from concealed where user_id > $1 order by user_id limit $2

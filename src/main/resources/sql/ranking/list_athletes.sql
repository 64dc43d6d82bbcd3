select id from athlete where id > $1 order by id limit $2

select from athlete where id = $1

select id, name from athlete where id = any($1::text[])

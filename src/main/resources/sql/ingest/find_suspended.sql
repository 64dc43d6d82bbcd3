select user_id from suspended where user_id = any($1::text[])

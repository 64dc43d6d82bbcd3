update account set password_hash = $2 where athlete_id = $1

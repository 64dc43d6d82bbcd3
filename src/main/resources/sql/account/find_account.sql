select a.athlete_id, a.username, a.password_hash, p.name from account a join athlete p on p.id = a.athlete_id
where a.username_key = $1

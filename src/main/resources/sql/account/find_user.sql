select p.name, a.username from athlete p left join account a on a.athlete_id = p.id where p.id = $1

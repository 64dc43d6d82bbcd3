select a.athlete_id, a.username, a.password_hash, p.name, coalesce(r.version, 0) as token_version
from account a join athlete p on p.id = a.athlete_id left join token_revocation r on r.user_id = a.athlete_id
where a.username_key = $1

-- When keys were last used. $1 their ids, $2 the times
update api_key k set last_used_at = u.at
from unnest($1::uuid[], $2::timestamptz[]) as u (id, at)
where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)

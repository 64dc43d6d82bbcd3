-- Sealed periods that somebody stands in, or stood in before a correction, latest first, with their winners: all who share the
-- first rank, up to ten. One that has been announced by its dates is there in any case.
-- $1 leaderboard, $2 those that began before, $3 up to where it is sealed, $4 whether from-to; $5 how many
select p.label, p.from_at, p.to_at, p.sealed_at, p.corrected_at, p.total,
       coalesce(w.users, '{}') as users, coalesce(w.keys, '{}') as keys
from sealed_period p
cross join lateral (
  select array_agg(user_id order by key, user_id) as users, array_agg(key order by key, user_id) as keys
  from (
    select user_id, key from sealed_entry where period = p.id
      and key < (floor((select min(key) from sealed_entry where period = p.id) / 4194304.0) + 1) * 4194304
    order by key, user_id limit 10
  ) as first
) w
where p.leaderboard = $1 and p.filled and p.from_at < $2 and p.to_at <= $3
  and (p.total > 0 or p.corrected_at is not null or $4)
order by p.from_at desc limit $5

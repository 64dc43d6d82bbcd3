-- A sealed period with entries to be computed anew, which nobody else works on; none of $1.
select p.id, p.leaderboard, p.label, p.sealed_at, p.activities from sealed_period p
where p.filled and p.id <> all($1::bigint[]) and exists (select from sealed_dirty d where d.period = p.id)
order by p.id limit 1 for update skip locked

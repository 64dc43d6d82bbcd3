-- When the first score was that a leaderboard counts; $1 activities, null for all.
select min(occurred_at + case when $2 then utc_offset * interval '1 minute' else interval '0' end) from score
where deleted_at is null and ($1::text[] is null or activity = any($1))

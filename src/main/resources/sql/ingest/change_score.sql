-- Changes a score: one batch, in one statement; its entries are computed anew where it counted and where it counts now.
-- To owners it is as if they posted it now: none that is suspended may, what is beyond the limits of its day is held, and it
-- counts in no period that is sealed already. An admin's word is good for as long as the score is there.
-- $1 stream, $2 batch, $3 id, $4 whose it must be, null for anybody's, whom nothing limits; $5-$8 activity, score, time and
-- the clock's offset, $9 why it is held, null: as it was; $10 who does it, $11 why
with gate as (delete from write_gate where false), barred as (
  select from suspended where user_id = $4::text
), target as (
  select * from score where id = $3 and ($4::text is null or user_id = $4) and deleted_at is null
    and not exists (select from barred) for update
), others as (
  -- What is stored of its day without it.
  select count(*) as number, coalesce(sum(s.score), 0) as total from score s
  where s.user_id = $4 and s.activity = $5::text and s.deleted_at is null and s.held is null and s.id <> $3
    and exists (select from activity_limit l where l.activity = $5)
    and s.occurred_at >= $7::timestamptz - interval '36 hours' and s.occurred_at < $7::timestamptz + interval '36 hours'
    and (s.occurred_at at time zone 'UTC' + s.utc_offset * interval '1 minute')::date
      = ($7::timestamptz at time zone 'UTC' + $8::smallint * interval '1 minute')::date
), beyond as (
  select case
    when number + 1 > max_per_day then 'more than ' || max_per_day || ' ' || activity || ' a day'
    when total + $6::integer > max_score_per_day then 'more than ' || max_score_per_day || ' of ' || activity || ' a day'
  end as held
  from others join activity_limit on activity = $5 where $4 is not null
), changed as (
  update score s
  set activity = $5, score = $6, occurred_at = $7, utc_offset = $8,
      held = coalesce($9, s.held, (select held from beyond)),
      -- By the clock, behind the gate: see V006.
      changed_at = case when $4 is not null then clock_timestamp() end
  from target t
  where s.id = t.id
    and (t.activity, t.score, t.occurred_at, t.utc_offset) is distinct from ($5, $6, $7::timestamptz, $8::smallint)
  returning s.*
), touched as (
  select user_id, activity, occurred_at, utc_offset from target where exists (select from changed)
  union select user_id, activity, occurred_at, utc_offset from changed
), audited as (
  insert into audit (actor, action, user_id, score_id, reason, was, became)
  select $10, 'change', t.user_id, t.id, $11,
         jsonb_build_object('activity', t.activity, 'score', t.score, 'occurredAt', t.occurred_at,
                            'utcOffset', t.utc_offset, 'held', t.held),
         jsonb_build_object('activity', c.activity, 'score', c.score, 'occurredAt', c.occurred_at,
                            'utcOffset', c.utc_offset, 'held', c.held)
  from target t join changed c using (id)
), logged as (
  insert into outbox (stream, batch, users, activities, scores, occurred, offsets)
  select $1, $2, array_agg(user_id), array_agg(activity), array_agg(null::integer), array_agg(occurred_at),
         array_agg(utc_offset)
  from touched having count(*) > 0
)
select exists (select from target) as found,
       array(select activity from touched order by activity, occurred_at, utc_offset) as activities,
       array(select occurred_at from touched order by activity, occurred_at, utc_offset) as occurred,
       array(select utc_offset from touched order by activity, occurred_at, utc_offset) as offsets,
       exists (select from barred) as barred

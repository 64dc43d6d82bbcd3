-- The look-ups of periods, by an expression that no other query has, and with no condition. A table has no statistics until it
-- is first analyzed; without them PostgreSQL believes that hardly a row meets a condition of "is null", and read all of these
-- indexes for what score_user is there for: a user's scores.
drop index score_counted;
drop index score_counted_at;
create index score_counted on score
  (activity collate "C", (case when deleted_at is null and held is null then occurred_at at time zone 'UTC' end));
create index score_counted_at on score ((case when deleted_at is null and held is null then occurred_at at time zone 'UTC' end));

-- When its owner last said that a score is what it is, by changing it; null: when it was received, or when an admin changed
-- it since. For a period that was sealed before, that is too late.
alter table score add column changed_at timestamptz;

-- Find the periods that have scores by looking up each, however many scores and activities there are; they grow at their ends.
-- By bytes: as the database sorts text, it would cost the writer twice as much.
create index score_counted on score (activity collate "C", occurred_at) where deleted_at is null and held is null;
create index score_counted_at on score (occurred_at) where deleted_at is null and held is null;

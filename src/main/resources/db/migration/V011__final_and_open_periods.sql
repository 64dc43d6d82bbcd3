-- When its owner last said that a score is what it is, by changing it; null: when it was received, or when an admin changed
-- it since. For a period that was sealed before, that is too late.
alter table score add column changed_at timestamptz;

-- Finds the periods that have scores by looking up each, however many scores there are; it grows at its ends. By bytes: as the
-- database sorts text, it would cost the writer twice as much.
create index score_counted on score (activity collate "C", occurred_at) where deleted_at is null and held is null;

-- When its owner last said that a score is what it is, by changing it; null: when it was received, or when an admin changed
-- it since. For a period that was sealed before, that is too late.
alter table score add column changed_at timestamptz;

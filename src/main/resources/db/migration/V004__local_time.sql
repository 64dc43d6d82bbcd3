-- The athlete's clock, in minutes from UTC: says which day it was where the athlete was.
alter table score add column utc_offset smallint not null default 0;
-- Parallel to the others; null in what was written before, and stands for 0.
alter table outbox add column offsets smallint[];

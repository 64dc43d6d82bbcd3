-- Keeps the standings of a period that is being sealed: those of scores that were received in time.
with mine as (
  select id from sealed_period where id = /* id */ and not filled for update skip locked
), entry as (
  /* entries */
), kept as (
  insert into sealed_entry (period, user_id, key) select mine.id, entry.user_id, entry.key from mine, entry returning 1
)
update sealed_period p set filled = true, total = (select count(*) from kept) from mine where p.id = mine.id

-- The audit trail tells of keys, leaderboards and limits, too.
alter table audit
  alter column user_id drop not null,
  -- What it was done to when that is no user: key:<id>, leaderboard:<id> or activity:<slug>.
  add column subject text collate "C",
  add check (num_nonnulls(user_id, subject) = 1);
create index audit_subject on audit (subject, id) where subject is not null;
-- What a key did that has leaked.
create index audit_actor on audit (actor, id);

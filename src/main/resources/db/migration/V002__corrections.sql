-- A score that is taken back stays, so that a late repeat of its idempotency key does not bring it back.
alter table score add column deleted_at timestamptz;

-- One user's scores: what an entry is recomputed from.
create index score_user on score (user_id, occurred_at);

-- In the outbox, a score of null means: recompute this user's entry wherever such a score counts.
comment on column outbox.scores is 'null: recompute the entry';

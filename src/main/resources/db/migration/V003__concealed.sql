-- Users whom leaderboards do not show. Their scores are kept, and count again when they are shown again.
create table concealed (
  user_id text collate "C" primary key references athlete (id) on delete cascade,
  reason  text not null,
  since   timestamptz not null default now()
);

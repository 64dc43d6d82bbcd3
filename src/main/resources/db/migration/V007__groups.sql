-- Sets of users: friends, a club, a company. A leaderboard can be read as if there were nobody else.
create sequence group_revision;

create table user_group (
  id text primary key check (id ~ '^[a-z0-9-]{1,64}$'),
  title text not null,
  -- The user whose it is; null: only keys may change it.
  owner_id text,
  public boolean not null,
  -- Whether users may join by themselves.
  open boolean not null,
  size integer not null default 0,
  -- Of the whole program, so that a group that was deleted and made again is newer than it was.
  revision bigint not null default nextval('group_revision'),
  created_at timestamptz not null default now()
);

create index user_group_owner on user_group (owner_id) where owner_id is not null;

create table group_member (
  group_id text not null references user_group on delete cascade,
  user_id text not null,
  primary key (group_id, user_id)
);

create index group_member_user on group_member (user_id, group_id);

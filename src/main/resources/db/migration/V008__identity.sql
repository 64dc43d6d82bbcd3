-- Whose tokens were all taken back, and when last. There is no reference to the athlete: what an erased user was given
-- must not hold either.
create table token_revocation (
  user_id    text collate "C" primary key,
  -- Tokens of ours carry the version they were made at; lower ones hold no longer.
  version    integer not null,
  -- Another issuer does not know our version: its tokens hold when they were issued later.
  revoked_at timestamptz not null
);

-- However somebody is erased: what was issued holds no longer.
create function revoke_erased() returns trigger language plpgsql as $$
begin
  insert into token_revocation as r (user_id, version, revoked_at) values (old.id, 1, clock_timestamp())
  on conflict (user_id) do update
  set version = r.version + 1, revoked_at = greatest(r.revoked_at, excluded.revoked_at);
  return null;
end
$$;
create trigger athlete_erased after delete on athlete for each row execute function revoke_erased();

-- The name that the app's identity provider last gave: a user is renamed when that changes, and not when they have
-- chosen another name since.
create table claimed_name (
  user_id   text collate "C" primary key references athlete (id) on delete cascade,
  name      text not null,
  -- When the token was made that said so: an older one does not bring an old name back.
  issued_at timestamptz not null
);

-- How long the tokens live that a key signs, at most; a key goes when the last of them has expired.
alter table signing_key add column token_minutes integer not null default 0;

-- What a key is recognised by: its first characters. Unknown of those made before.
alter table api_key add column prefix text, add column last_used_at timestamptz;

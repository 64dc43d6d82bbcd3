-- $1 the hash, $2 role, $3 label, $4 what it is recognised by, $5 who does it, $6 why
with made as (
  insert into api_key (key_hash, role, label, prefix) values ($1, $2, $3, $4) returning id, role, label, prefix
), audited as (
  insert into audit (actor, action, subject, reason, became)
  select $5, 'make-key', 'key:' || id, $6, jsonb_build_object('role', role, 'label', label, 'prefix', prefix) from made
)
select id from made

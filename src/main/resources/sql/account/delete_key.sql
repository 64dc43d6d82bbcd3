-- $1 the key, $2 who does it, $3 why
with gone as (
  delete from api_key where id = $1 returning id, role, label, prefix
), audited as (
  insert into audit (actor, action, subject, reason, was)
  select $2, 'delete-key', 'key:' || id, $3, jsonb_build_object('role', role, 'label', label, 'prefix', prefix) from gone
)
select id from gone

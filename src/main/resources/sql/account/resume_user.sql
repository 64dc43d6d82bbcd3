-- $1 the user, $2 who does it
with gone as (
  delete from suspended where user_id = $1 returning user_id
), audited as (
  insert into audit (actor, action, user_id) select $2, 'resume', user_id from gone
)
select exists (select from athlete where id = $1) as found

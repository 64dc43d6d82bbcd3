-- Those that a user owns or is in. $1 after this group, $2 how many, $3 the user
select id, title, owner_id, public, open, size, revision
from user_group
where id in (select id from user_group where owner_id = $3 union select group_id from group_member where user_id = $3)
  and id collate "C" > $1
order by id collate "C" limit $2

-- A group that is about to change, with who asks if a member. Every change takes this lock first. $1 id, $2 who asks
select id, title, owner_id, public, open, size, revision,
       array(select user_id from group_member where group_id = id and user_id = $2) as members
from user_group where id = $1 for update

-- A group with its members in the order of Java's strings. $1 id
select id, title, owner_id, public, open, size, revision,
       array(select user_id from group_member where group_id = id order by user_id collate "C") as members
from user_group where id = $1

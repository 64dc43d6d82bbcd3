-- $1 after this group, $2 how many
select id, title, owner_id, public, open, size, revision
from user_group where id collate "C" > $1 order by id collate "C" limit $2

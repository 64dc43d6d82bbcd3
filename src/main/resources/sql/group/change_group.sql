-- $1 id, $2 title, $3 public, $4 open, $5 owner: as they are to be
update user_group
set title = $2, public = $3, open = $4, owner_id = $5, revision = nextval('group_revision'),
    size = (select count(*) from group_member where group_id = $1)
where id = $1
returning id, title, owner_id, public, open, size, revision

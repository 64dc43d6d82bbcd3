delete from sealed_dirty where id in (select id from sealed_dirty where period = $1 order by id limit $2)
returning user_id

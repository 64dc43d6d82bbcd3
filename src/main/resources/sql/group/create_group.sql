-- $1 id, $2 owner, $3 most groups of one owner. Nothing when there is one of this id, or the owner has too many.
insert into user_group (id, title, owner_id, public, open)
select $1, $1, $2::text, false, false
where $2::text is null or (select count(*) from user_group where owner_id = $2) < $3
on conflict (id) do nothing

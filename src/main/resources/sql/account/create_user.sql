with person as (
  insert into athlete (id, name) values ($1, $4) returning id
)
insert into account (username_key, username, athlete_id, password_hash)
select $2, $3, id, $5 from person

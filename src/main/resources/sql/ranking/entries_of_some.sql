-- The entries of some users, of each by a look-up of that user's scores. As one condition on all of them, PostgreSQL takes
-- hundreds of users for most of a table that it has no statistics of yet, and reads the whole table for each few.
select e.user_id, e.key from unnest(/* users */::text[]) as asked (athlete)
cross join lateral (
/* entries */
) as e

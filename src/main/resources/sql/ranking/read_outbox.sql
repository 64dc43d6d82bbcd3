select batch, users, activities, scores, occurred, offsets from outbox
where stream = $1 and batch > $2 order by batch limit $3

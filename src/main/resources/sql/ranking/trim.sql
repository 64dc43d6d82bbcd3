with moved as (update stream set trimmed_to = greatest(trimmed_to, $2) where id = $1)
delete from outbox where stream = $1 and batch <= $2

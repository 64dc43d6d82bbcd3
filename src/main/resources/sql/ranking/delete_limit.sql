delete from activity_limit where activity = $1 returning activity

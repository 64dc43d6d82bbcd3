select activity, max_per_day, max_score_per_day from activity_limit

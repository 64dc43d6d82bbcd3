delete from leaderboard where id = $1 returning id

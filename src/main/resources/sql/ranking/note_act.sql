-- What was done to a leaderboard. $1 who did it, $2 what, $3 to which, $4 why, $5 its definition before, $6 after
insert into audit (actor, action, subject, reason, was, became)
values ($1, $2, 'leaderboard:' || $3::text, $4, $5, $6)

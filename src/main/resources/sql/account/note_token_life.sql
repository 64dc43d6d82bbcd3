-- $1 minutes that tokens live here: nodes may differ, and a setting may have been another before
update signing_key set token_minutes = $1 where token_minutes < $1

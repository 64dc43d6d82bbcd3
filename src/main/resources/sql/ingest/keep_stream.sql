update stream set seen_at = now() where id = $1

select id, role, label, coalesce(prefix, 'ps_' || role || '_') as prefix, created_at, last_used_at
from api_key order by created_at, id

delete from api_key where id = $1

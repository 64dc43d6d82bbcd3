insert into stream default values returning id

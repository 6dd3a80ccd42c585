#standardSQL
select 'it\'s', '\', "a\"b", $$ don't $$, $f$ x $f$ /* c */ from my-project.d.t where a is distinct from b.c

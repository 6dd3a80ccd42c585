-- name: reported-model-without-test
-- severity: warn
-- subject: reporting
-- summary: a model that an exposure reads and no test looks at
-- message: '{exposure} reads {name}, and no test would tell that it is wrong'
-- docs: What an exposure shows is looked at by people who cannot know whether a number is right. A model right before
--   an exposure has at least one test of its own, or of one of its columns.
--
--   Models of packages are tested in their packages.
select model.unique_id, model.name, min(exposure.name) as exposure
from exposures as exposure
join edges on edges.child = exposure.unique_id and edges.depth = 1
join nodes as model on model.unique_id = edges.parent
where model.resource_type = 'model'
  and model.is_own
  and not exists (select 1 from tests where tests.attached_node = model.unique_id)
group by model.unique_id, model.name

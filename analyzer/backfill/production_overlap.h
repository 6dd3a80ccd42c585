// Whether a run that is meant for staging would write where production keeps its tables.
//
// What a run writes is in the branch's manifest, as dbt compiled it for the target that wrote the manifest; where
// production keeps its tables is in production's. A node with the same relation on both sides is production's own
// table: the target is production's, or a schema is hard-coded. The incremental manifest is the worst of them: a run in
// staging then moves production's windows. A schema that both sides use is as dangerous, since what is new to
// production lands between its tables.
//
// The manifest may be of another target than the run: that shows in the run's log, and is looked for there as well.
//
// Names are compared without regard to case: warehouses differ in it, and to be refused for a namesake is the lesser
// harm.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "plan/run_plan.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

// Where production's own runs write; its sources are somebody else's.
class ProductionPlaces {
 public:
  enum class Kind : std::uint8_t {
    kNone,
    kSchema,    // the relation is new there, its schema is not
    kRelation,  // a table or view of production's
    kManifest,  // an incremental manifest table of production's
  };

  // Cost: one pass over the nodes.
  ProductionPlaces(const Project& production, const SnowplowPackages& packages);
  // What dbt calls `relation_name`; kNone for text that is none.
  Kind kind_of(std::string_view relation_name) const;

 private:
  std::set<std::string> relations_;
  std::set<std::string> schemas_;
  std::set<std::string> manifests_;
};

struct ProductionOverlap {
  std::vector<std::string> manifests;  // incremental manifest tables, for people
  std::vector<std::string> relations;  // other tables and views
  std::vector<std::string> schemas;    // `database.schema`, where no relation of it stands above; each once

  bool empty() const { return manifests.empty() && relations.empty() && schemas.empty(); }
};

// What `run` writes and production has. Ephemeral nodes write nothing. In the order of the run.
ProductionOverlap production_overlap(const RunPlan& run, const ProductionPlaces& production);

// The worst of it, for people: `production's manifest table "db"."s"."t"`. The overlap is not empty.
std::string shown(const ProductionOverlap& overlap);
// Exit status 2; the overlap is not empty.
Error overlap_error(const ProductionOverlap& overlap);

// Which target a run really has shows only in its log, where dbt says of each node that it starts what relation it
// writes (`--log-format json`, 1.5 and later). The relation that this line begins to write, for people, where it is
// production's; nothing for every other line. Cheap for lines that start no node.
std::optional<std::string> starts_production(std::string_view log_line, const ProductionPlaces& production);

}  // namespace plowline

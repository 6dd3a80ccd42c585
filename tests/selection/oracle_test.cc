// Asks every question of the recordings in tests/oracle (and of the shared ones, where they are there) and compares
// the lines, the warnings and whether there was an error with what the real dbt answered. Questions about an earlier
// state are asked by tests/state/oracle_state_test.cc.
#include "selection/recording.h"

namespace plowline {
namespace {

TEST_CASE("every recorded answer of dbt: big_features") {
  testing::Recording(testing::source_dir() / "tests" / "oracle" / "big_features", "big_features").run();
}

TEST_CASE("every recorded answer of dbt: big_features_default") {
  testing::Recording(testing::source_dir() / "tests" / "oracle" / "big_features_default", "big_features_default").run();
}

TEST_CASE("every recorded answer of dbt: snowplow_unified_demo") {
  const std::filesystem::path shared = testing::shared_or_skip("dbt's answers on a Snowplow project");
  if (shared.empty()) return;
  testing::Recording(shared / "oracle" / "snowplow_unified_demo", "snowplow_unified_demo").run();
}

}  // namespace
}  // namespace plowline

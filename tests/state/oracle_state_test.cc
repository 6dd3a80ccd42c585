// Asks every question of the recordings in tests/oracle that needs an earlier state.
#include "selection/recording.h"
#include "state/manifest_state.h"

namespace plowline {
namespace {

// A ManifestState with all that must outlive it.
class OpenedState final : public PreviousState {
 public:
  OpenedState(const Project& project, StateArtifacts artifacts)
      : artifacts_(std::move(artifacts)), state_(project, artifacts_, warnings_) {}
  Result<NodeSet> state(std::string_view value) const override { return state_.state(value); }
  Result<NodeSet> result(std::string_view value) const override { return state_.result(value); }
  Result<NodeSet> source_status(std::string_view value) const override { return state_.source_status(value); }

 private:
  Warnings warnings_;
  StateArtifacts artifacts_;
  ManifestState state_;
};

std::unique_ptr<PreviousState> open_state(const Project& project, const std::filesystem::path& folder) {
  Warnings warnings;
  auto artifacts = read_state(folder, folder.parent_path() / "target" / "sources.json", warnings);
  REQUIRE_MESSAGE(artifacts.has_value(), (artifacts ? "" : to_text(artifacts.error())));
  return std::make_unique<OpenedState>(project, std::move(*artifacts));
}

TEST_CASE("every recorded answer of dbt with an earlier state: big_features") {
  testing::Recording(testing::source_dir() / "tests" / "oracle" / "big_features", "big_features with --state")
      .run_with_state(open_state);
}

}  // namespace
}  // namespace plowline

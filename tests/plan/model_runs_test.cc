// The commands of changed models as text and Markdown, with names that would break out of either.
#include "plan/model_runs.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plan/model_runs_json.h"
#include "plan/model_runs_text.h"

using namespace plowline;

namespace {

ModelRun hostile_run() {
  ModelRun run;
  run.name = "a\nrm -rf ~";
  run.file = "models/```\x1b[2J.sql";
  run.plan.emplace();
  run.plan->models_to_run.applies = true;
  run.plan->models_to_run.value = "a\nb";
  run.line = "dbt run --select '+a````'";
  run.warnings.push_back({"a-code", "first\nsecond", "do\nthis", {}});
  return run;
}

ModelRun failed_run() {
  ModelRun run;
  run.name = "b";
  run.file = "models/b.sql";
  run.error = Error{ExitStatus::kUsage, {}, {}, "no\nreason", {}};
  return run;
}

}  // namespace

TEST_CASE("every line but the command is a comment, whatever a model is called") {
  CHECK(model_runs_text({hostile_run(), failed_run()}) ==
        "# a\\nrm -rf ~: models/```\\x1b[2J.sql\n"
        "# models_to_run: a\\nb\n"
        "dbt run --select '+a````'\n"
        "\n"
        "# b: models/b.sql\n"
        "# no command: no\\nreason\n");
  CHECK(model_runs_text({}) == "");
}

TEST_CASE("a fence is longer than every run of backquotes in it") {
  CHECK(model_runs_markdown({hostile_run()}) == std::string(kModelRunsHeader) +
                                                    "\n\n# What must run for the changed models\n\n"
                                                    "`````sh\n"
                                                    "# a\\nrm -rf ~: models/```\\x1b[2J.sql\n"
                                                    "# models_to_run: a\\nb\n"
                                                    "# warning: first\\nsecond; do\\nthis\n"
                                                    "dbt run --select '+a````'\n"
                                                    "`````\n");
}

TEST_CASE("a model without a command has its error in the document") {
  const auto text = model_runs_json({failed_run()}, {});
  REQUIRE(text);
  const auto document = nlohmann::json::parse(*text);
  CHECK(document["models"][0]["command"].is_null());
  CHECK(document["models"][0]["error"]["reason"] == "no\nreason");
}

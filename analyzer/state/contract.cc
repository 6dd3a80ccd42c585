#include "state/contract.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "artifact/instant.h"
#include "state/json_value.h"

namespace plowline {
namespace {

// What contracts read of one version of a model.
struct Contracted {
  bool enforced = false;
  std::optional<JsonText> checksum;
  JsonMembers columns;
  std::optional<JsonText> constraints;
  std::string materialized;

  bool enforces_constraints() const { return materialized == "table" || materialized == "incremental"; }
};

bool enforced_in(const JsonText& contract) {
  const auto enforced = contract.get("enforced");
  return enforced && enforced->boolean().value_or(false);
}

Result<bool> is_enforced(const Project& project, NodeId id) {
  const auto contract = project.read(id, &NodeRecord::contract);
  if (!contract) return std::unexpected(contract.error());
  return enforced_in(*contract);
}

Result<Contracted> read_contracted(const Project& project, NodeId id) {
  const auto contract = project.read(id, &NodeRecord::contract);
  if (!contract) return std::unexpected(contract.error());
  const auto columns = project.read(id, &NodeRecord::columns);
  if (!columns) return std::unexpected(columns.error());
  const auto whole = project.read(id, &NodeRecord::whole);
  if (!whole) return std::unexpected(whole.error());
  auto materialized = project.materialized(id);
  if (!materialized) return std::unexpected(std::move(materialized.error()));
  return Contracted{enforced_in(*contract), contract->get("checksum"), members_by_key(*columns),
                    whole->get("constraints"), std::move(*materialized)};
}

// `VARCHAR(10)` and `varchar` are one type for a contract: sizes do not break it.
std::string base_type(const std::optional<JsonText>& type) {
  std::string text = type && !type->is_null() ? type->scalar() : "";
  text = text.substr(0, text.find('('));
  constexpr std::string_view kBlanks = " \t\r\n";
  text.erase(text.find_last_not_of(kBlanks) + 1);
  text.erase(0, text.find_first_not_of(kBlanks));
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Whether the warehouse enforces a constraint, as dbt's adapters declare it. Spark enforces none.
bool is_enforced_by(std::string_view adapter, std::string_view constraint) {
  if (constraint == "custom" || adapter == "spark") return false;
  if (adapter == "postgres" || adapter == "duckdb") return true;
  if (constraint == "check") return adapter == "databricks";
  return constraint == "not_null";
}

std::vector<JsonText> items_of(const std::optional<JsonText>& list) {
  return list ? list->items() : std::vector<JsonText>();
}

// Names the constraints of `before` that the warehouse enforced and that `now` lacks.
void find_removed(const std::optional<JsonText>& before, const std::optional<JsonText>& now, std::string_view adapter,
                  std::string_view where, std::vector<std::string>& breaking) {
  const std::vector<JsonText> left = items_of(now);
  for (const JsonText& constraint : items_of(before)) {
    const bool kept =
        std::ranges::any_of(left, [&](const JsonText& other) { return equal_members(constraint, other); });
    const auto type = constraint.get("type");
    const std::string word = type ? type->scalar() : "";
    if (!kept && is_enforced_by(adapter, word))
      breaking.push_back(fmt::format("the enforced constraint {} {} was removed", word, where));
  }
}

void compare_columns(const Contracted& now, const Contracted& before, std::string_view adapter,
                     std::vector<std::string>& breaking) {
  for (const auto& [name, was] : before.columns) {
    const auto is = find_member(now.columns, name);
    if (!is) {
      breaking.push_back(fmt::format("the column {} was removed", name));
      continue;
    }
    const std::string old_type = base_type(was.get("data_type"));
    const std::string new_type = base_type(is->get("data_type"));
    if (old_type != new_type)
      breaking.push_back(fmt::format("the column {} changed its type from {} to {}", name, old_type, new_type));
    if (before.enforces_constraints())
      find_removed(was.get("constraints"), is->get("constraints"), adapter, "of the column " + name, breaking);
  }
}

bool has_constraints(const Contracted& model) {
  if (!items_of(model.constraints).empty()) return true;
  return std::ranges::any_of(model.columns,
                             [](const auto& column) { return !items_of(column.second.get("constraints")).empty(); });
}

}  // namespace

Result<ContractChange> compare_contracts(const NodePair& pair) {
  const auto now_enforced = is_enforced(*pair.project, pair.id);
  if (!now_enforced) return std::unexpected(now_enforced.error());
  const auto before_enforced = is_enforced(*pair.previous, pair.previous_id);
  if (!before_enforced) return std::unexpected(before_enforced.error());
  if (!*before_enforced) return ContractChange{!*now_enforced, {}};
  const auto now = read_contracted(*pair.project, pair.id);
  if (!now) return std::unexpected(now.error());
  const auto before = read_contracted(*pair.previous, pair.previous_id);
  if (!before) return std::unexpected(before.error());
  if (now->enforced && equal_members(now->checksum, before->checksum)) return ContractChange{};

  ContractChange change{false, {}};
  const std::string_view adapter = pair.project->metadata().adapter_type;
  if (!now->enforced) change.breaking.emplace_back("the contract is no longer enforced");
  compare_columns(*now, *before, adapter, change.breaking);
  if (before->enforces_constraints())
    find_removed(before->constraints, now->constraints, adapter, "of the model", change.breaking);
  if (before->enforces_constraints() && !now->enforces_constraints() && has_constraints(*before)) {
    change.breaking.push_back(fmt::format("the materialization changed from {} to {}, which enforces no constraints",
                                          before->materialized, now->materialized));
  }
  return change;
}

Result<std::string> broken_by_removal(const NodeRecord& removed, bool disabled_now, const std::string& manifest_file,
                                      std::chrono::system_clock::time_point now) {
  const auto parsed = [&](RawJson raw) {
    auto text = check(raw);
    if (!text) text.error().file = manifest_file;
    return text;
  };
  const auto contract = parsed(removed.contract);
  if (!contract) return std::unexpected(contract.error());
  if (!enforced_in(*contract)) return std::string();
  const auto date = parsed(removed.deprecation_date);
  if (!date) return std::unexpected(date.error());
  const auto deprecated = instant_from(date->string().value_or(""));
  if (deprecated && *deprecated < now) return std::string();
  return fmt::format("the contracted model {} was {}", removed.unique_id,
                     disabled_now ? "disabled" : "deleted or renamed");
}

}  // namespace plowline

#include "rules/schema/target_dependence.h"

#include <algorithm>
#include <array>

#include "artifact/text_search.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

// The offset behind blanks, a dot or bracket and a quote: where the member's name begins.
std::size_t start_of_member(std::string_view text, std::size_t at) {
  constexpr std::string_view kBetween = " .['\"";
  while (at < text.size() && kBetween.find(text[at]) != std::string_view::npos) ++at;
  return at;
}

bool is_place(std::string_view member) {
  constexpr std::array<std::string_view, 10> kMembers = {"name",    "schema",  "database",     "dbname", "catalog",
                                                         "dataset", "project", "profile_name", "get",    "user"};
  return std::ranges::find(kMembers, member) != kMembers.end();
}

std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string text_of(RawJson object, std::string_view key) {
  const auto value = check(member_of(object, key));
  if (!value) return {};
  // A list of tags: its texts together.
  std::string out;
  for (const std::string& text : value->strings()) out += (out.empty() ? "" : ", ") + text;
  return out;
}

}  // namespace

bool asks_for_target(std::string_view jinja) {
  for (std::size_t at = 0; at < jinja.size();) {
    if (jinja[at] == '\'' || jinja[at] == '"') {
      at = end_of_jinja_string(jinja, at);
      continue;
    }
    if (!is_name_byte(jinja[at])) {
      ++at;
      continue;
    }
    const std::string_view word = word_at(jinja, at);
    const bool is_member = at > 0 && jinja[at - 1] == '.';
    at += word.size();
    if (is_member) continue;
    if (word == "env_var") return true;
    if (word == "target" && is_place(word_at(jinja, start_of_member(jinja, at)))) return true;
  }
  return false;
}

bool template_asks_for_target(std::string_view text) {
  JinjaTags tags(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{' || !opens_jinja(text, at)) continue;
    const std::size_t end = tags.end_of(at);
    if (text[at + 1] != '#' && asks_for_target(inside_of_tag(text.substr(at, end - at)))) return true;
    at = end - 1;
  }
  return false;
}

std::vector<TargetDependentConfig> target_dependent_configs(const LintProject& project, NodeId id,
                                                            const std::vector<std::string>& keys) {
  std::vector<TargetDependentConfig> found;
  const NodeRecord& node = project.node(id);
  const auto may_ask = [](RawJson raw) { return has_text(raw.bytes, "target") || has_text(raw.bytes, "env_var"); };
  const bool in_yaml = may_ask(node.unrendered_config);
  const bool in_sql = has_text(node.raw_code.bytes, "config") && may_ask(node.raw_code);
  if (!in_yaml && !in_sql) return found;
  for (const std::string& key : keys) {
    const auto entry = in_sql ? config_entry(project.sql(id), key) : std::nullopt;
    if (entry) {
      if (!entry->literal && asks_for_target(entry->text)) found.push_back({key, std::string(entry->text), true});
      continue;  // it overrides what the YAML files say
    }
    std::string text = in_yaml ? text_of(node.unrendered_config, key) : std::string();
    if (template_asks_for_target(text)) found.push_back({key, std::move(text), false});
  }
  return found;
}

}  // namespace plowline

#include "command/vars.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace plowline {
namespace {

// A value for a message: short enough to be read.
std::string shown(const YamlValue& value) {
  constexpr std::size_t kEnough = 60;
  const std::string text = to_yaml(value, VarsStyle::kJson).value_or("text that is not UTF-8");
  if (text.size() <= kEnough) return text;
  return fmt::format("{}… ({} bytes)", text.substr(0, kEnough), text.size());
}

}  // namespace

const DbtVar* DbtVars::find(std::string_view name) const {
  const auto found = std::ranges::find(vars_, name, &DbtVar::name);
  return found == vars_.end() ? nullptr : &*found;
}

Result<void> DbtVars::add(std::string_view name, YamlValue value, std::string_view origin) {
  const DbtVar* existing = find(name);
  if (existing == nullptr) {
    vars_.push_back({std::string(name), std::move(value), std::string(origin)});
    return {};
  }
  if (existing->value == value) return {};
  return usage_error(fmt::format("the variable {} is set twice: {} says {}, {} says {}", printable(name),
                                 existing->origin, shown(existing->value), origin, shown(value)),
                     "give it in one place");
}

Result<void> DbtVars::merge(const DbtVars& other) {
  for (const DbtVar& var : other.vars_) {
    if (const auto added = add(var.name, var.value, var.origin); !added) return added;
  }
  return {};
}

Result<std::string> DbtVars::render(VarsStyle style) const {
  std::string out = "{";
  for (const DbtVar& var : vars_) {
    // As a map of one pair, so that there is one place that knows how a pair is written.
    const YamlValue pair{YamlValue::Kind::kMap, {}, {var.value}, {YamlValue::string(var.name)}};
    const auto written = to_yaml(pair, style);
    if (!written) {
      return usage_error(fmt::format("the variable {} ({}) cannot be written for this shell: {}", printable(var.name),
                                     var.origin, written.error()),
                         "use --exec, which needs no shell, or a shell that can hold it (--shell bash)");
    }
    if (out.size() > 1) out += ", ";
    out += written->substr(1, written->size() - 2);
  }
  return out + "}";
}

}  // namespace plowline

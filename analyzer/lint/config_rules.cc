#include "lint/config_rules.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <type_traits>
#include <utility>

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

Result<RuleLevel> read_level(const ConfigValueReader& reader, const PlacedValue& value, const std::string& what) {
  if (value.kind == Kind::kBool) return value.text == "true" ? RuleLevel::kOn : RuleLevel::kOff;
  const std::string expected = fmt::format("one of {}", fmt::join(level_names(), ", "));
  if (value.kind != Kind::kText) return reader.wrong_kind(value, what, expected);
  if (auto known = reader.one_of(value.text, value, what, level_names()); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return value.text == "error"  ? RuleLevel::kError
         : value.text == "warn" ? RuleLevel::kWarn
         : value.text == "on"   ? RuleLevel::kOn
                                : RuleLevel::kOff;
}

template <typename T, typename To>
Result<void> put(Result<T> read, To& target) {
  if (!read) return std::unexpected(std::move(read.error()));
  target = *std::move(read);
  return {};
}

template <typename T>
Result<OptionValue> as_option(Result<T> read) {
  if (!read) return std::unexpected(std::move(read.error()));
  return OptionValue(*std::move(read));
}

Result<OptionValue> read_choice(const ConfigValueReader& reader, const OptionSpec& option, const PlacedValue& value) {
  auto text = reader.text(value, option.name);
  if (!text || option.choices.empty()) return as_option(std::move(text));
  if (auto known = reader.one_of(*text, value, option.name, option.choices); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return as_option(std::move(text));
}

Result<OptionValue> read_choices(const ConfigValueReader& reader, const OptionSpec& option, const PlacedValue& value) {
  auto texts = reader.texts(value, option.name);
  if (!texts || option.choices.empty()) return as_option(std::move(texts));
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const PlacedValue& at = value.kind == Kind::kList ? value.items[i] : value;
    if (auto known = reader.one_of((*texts)[i], at, option.name, option.choices); !known) {
      return std::unexpected(std::move(known.error()));
    }
  }
  return as_option(std::move(texts));
}

Result<OptionValue> read_pattern(const ConfigValueReader& reader, const OptionSpec& option, const PlacedValue& value) {
  const auto text = reader.text(value, option.name);
  if (!text) return std::unexpected(text.error());
  auto pattern = Pattern::compile(*text);
  if (pattern) return OptionValue(*std::move(pattern));
  return reader.error(value.position, fmt::format("{}: {}", option.name, pattern.error().reason),
                      pattern.error().next_step);
}

// Reads one entry. `rule` is null for a subject's.
class EntryReader {
 public:
  EntryReader(const ConfigValueReader& reader, std::string name, const Rule* rule)
      : reader_(reader), name_(std::move(name)), rule_(rule) {}

  // One entry, or a list of them.
  Result<std::vector<RuleSetting>> read_all(const PlacedValue& value) {
    std::vector<RuleSetting> settings;
    if (value.kind != Kind::kList) {
      auto one = read(value);
      if (!one) return std::unexpected(std::move(one.error()));
      settings.push_back(*std::move(one));
      return settings;
    }
    if (value.items.empty()) {
      return reader_.error(value.position, fmt::format("{} has an empty list", name_), "'off' switches a rule off");
    }
    for (const PlacedValue& item : value.items) {
      if (item.kind != Kind::kMap) return reader_.wrong_kind(item, "an element of " + name_, "a map");
      auto one = read(item);
      if (!one) return std::unexpected(std::move(one.error()));
      settings.push_back(*std::move(one));
    }
    return settings;
  }

  Result<RuleSetting> read(const PlacedValue& value) {
    RuleSetting setting;
    if (value.kind == Kind::kNull) {
      return reader_.error(value.position, fmt::format("{} has no value", name_),
                           fmt::format("write one of {}, or a map", fmt::join(level_names(), ", ")));
    }
    if (value.kind != Kind::kMap) {
      if (auto level = put(read_level(reader_, value, name_), setting.level); !level) {
        return std::unexpected(std::move(level.error()));
      }
      return setting;
    }
    auto read = reader_.map(value, (rule_ == nullptr ? "the subject " : "the rule ") + name_, keys(setting),
                            [&](const PlacedValue& key) { return unknown(key); });
    if (!read) return std::unexpected(std::move(read.error()));
    return setting;
  }

 private:
  std::vector<ConfigValueReader::Key> keys(RuleSetting& setting) const {
    std::vector<ConfigValueReader::Key> keys = {
        {std::string(kSeverityKey),
         [&](const PlacedValue& value) {
           return put(read_level(reader_, value, std::string(kSeverityKey)), setting.level);
         }},
        {std::string(kWhereKey),
         [&](const PlacedValue& value) { return put(reader_.selectors(value, kWhereKey), setting.where); }},
        {std::string(kExceptKey),
         [&](const PlacedValue& value) { return put(reader_.selectors(value, kExceptKey), setting.except); }},
    };
    if (rule_ == nullptr) return keys;
    for (const OptionSpec& option : rule_->options()) {
      keys.push_back({option.name, [&](const PlacedValue& value) {
                        return put(read_option(reader_, option, value), setting.options[option.name]);
                      }});
    }
    return keys;
  }

  std::unexpected<Error> unknown(const PlacedValue& key) const {
    RuleSetting ignored;
    std::vector<std::string> names;
    for (const ConfigValueReader::Key& known : keys(ignored)) names.push_back(known.name);
    const std::string all = fmt::format("{}", fmt::join(names, ", "));
    if (rule_ == nullptr) {
      return reader_.error(
          key.position,
          fmt::format("the subject {} has no '{}'{}", name_, printable(key.text), did_you_mean(key.text, names)),
          fmt::format("it may have {}; options belong to a rule's own entry", all));
    }
    if (key.text == "options") {
      return reader_.error(key.position, fmt::format("the rule {} has no 'options'", name_),
                           fmt::format("options stand beside severity; it may have {}", all));
    }
    return reader_.error(
        key.position,
        fmt::format("the rule {} has no option '{}'{}", name_, printable(key.text), did_you_mean(key.text, names)),
        fmt::format("it may have {}; 'plowline rules {}' explains them", all, name_));
  }

  const ConfigValueReader& reader_;
  std::string name_;
  const Rule* rule_;
};

}  // namespace

const std::vector<std::string>& level_names() {
  static const std::vector<std::string> names{"error", "warn", "on", "off"};
  return names;
}

std::vector<std::string> names_of_rules_and_subjects(const RuleSet& rules) {
  std::vector<std::string> names;
  for (const Rule* rule : rules.all()) names.push_back(rule->info().name);
  for (const std::string_view subject : rules.subjects()) names.emplace_back(subject);
  return names;
}

Result<OptionValue> read_option(const ConfigValueReader& reader, const OptionSpec& option, const PlacedValue& value) {
  return std::visit(
      [&]<typename T>(const T&) -> Result<OptionValue> {
        if constexpr (std::is_same_v<T, bool>) return as_option(reader.boolean(value, option.name));
        if constexpr (std::is_same_v<T, std::int64_t>) {
          return as_option(reader.whole_number(value, option.name, option.minimum));
        }
        if constexpr (std::is_same_v<T, double>) return as_option(reader.number(value, option.name));
        if constexpr (std::is_same_v<T, std::string>) return read_choice(reader, option, value);
        if constexpr (std::is_same_v<T, std::vector<std::string>>) return read_choices(reader, option, value);
        if constexpr (std::is_same_v<T, TextMap>) return as_option(reader.text_map(value, option.name));
        if constexpr (std::is_same_v<T, NumberMap>) {
          return as_option(reader.number_map(value, option.name, option.minimum));
        }
        if constexpr (std::is_same_v<T, ListMap>) return as_option(reader.list_map(value, option.name));
        if constexpr (std::is_same_v<T, Pattern>) return read_pattern(reader, option, value);
      },
      option.default_value);
}

Result<RuleSettings> read_rule_settings(const ConfigValueReader& reader, const RuleSet& rules,
                                        const PlacedValue& value) {
  RuleSettings settings;
  if (value.kind == Kind::kNull) return settings;
  auto read = reader.members(value, "rules", [&](const PlacedValue& key, const PlacedValue& entry) -> Result<void> {
    if (const Rule* rule = rules.find(key.text)) {
      return put(EntryReader(reader, key.text, rule).read_all(entry), settings.rules[key.text]);
    }
    if (rules.has_subject(key.text)) {
      return put(EntryReader(reader, key.text, nullptr).read(entry), settings.subjects[key.text]);
    }
    return reader.error(key.position,
                        fmt::format("'{}' is no rule and no subject{}", printable(key.text),
                                    did_you_mean(key.text, names_of_rules_and_subjects(rules))),
                        "'plowline rules' lists them");
  });
  if (!read) return std::unexpected(std::move(read.error()));
  return settings;
}

}  // namespace plowline

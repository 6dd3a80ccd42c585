// The real readers of `--vars`: PyYAML, both its loaders (dbt takes the C one where it can), and Python's JSON.
#pragma once

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/support.h"

namespace plowline::testing {

// What each reader found in one text, with the types kept apart: null, true, {"int": "90"}, {"float": "1.5"}, "text",
// {"date": "2023-01-01"}, [..], {"map": [[key, value], ..]}. Null where the reader refused the text; its words are in
// `refusal`.
struct Readings {
  nlohmann::json c_loader;
  nlohmann::json python_loader;
  nlohmann::json json;
  std::string refusal;
};

constexpr std::string_view kReaderScript = R"(
import datetime, json, sys
try:
    import yaml
except ImportError:
    sys.exit("PyYAML is missing: apt-get install python3-yaml")

def tagged(value):
    if value is None or isinstance(value, (bool, str)): return value
    if isinstance(value, int): return {"int": str(value)}
    if isinstance(value, float): return {"float": repr(value)}
    if isinstance(value, (datetime.date, datetime.datetime)): return {"date": str(value)}
    if isinstance(value, list): return [tagged(item) for item in value]
    return {"map": [[tagged(key), tagged(item)] for key, item in value.items()]}

def read(reader, text, refusals):
    try:
        return tagged(reader(text))
    except Exception as problem:
        refusals.append(str(problem))
        return None

def read_json(text):
    # JSON has no NaN; Python's reader takes it nevertheless.
    return json.loads(text, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))

c_loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
for raw in sys.stdin.buffer.read().split(b"\0")[:-1]:
    text = raw.decode("utf-8")
    yaml_refusals, json_refusals = [], []
    print(json.dumps([read(lambda t: yaml.load(t, Loader=c_loader), text, yaml_refusals),
                      read(lambda t: yaml.load(t, Loader=yaml.SafeLoader), text, yaml_refusals),
                      read(read_json, text, json_refusals),
                      "; ".join(yaml_refusals)]))
)";

// Reads all texts with one Python process. The texts hold no NUL byte.
inline std::vector<Readings> read_all(const std::vector<std::string>& texts) {
  std::string input;
  for (const std::string& text : texts) input.append(text).push_back('\0');
  RunOptions options;
  options.input = input;
  const Ran ran = run({"python3", "-c", std::string(kReaderScript)}, options);
  REQUIRE_MESSAGE(ran.status == 0, "python3 with PyYAML (apt-get install python3-yaml): " << ran.err);
  std::vector<Readings> readings;
  std::size_t at = 0;
  while (at < ran.out.size()) {
    const std::size_t end = ran.out.find('\n', at);
    const nlohmann::json row = nlohmann::json::parse(ran.out.substr(at, end - at));
    readings.push_back({row[0], row[1], row[2], row[3].get<std::string>()});
    at = end + 1;
  }
  REQUIRE(readings.size() == texts.size());
  return readings;
}

inline nlohmann::json tagged_integer(const std::string& digits) {
  return {{"int", digits}};
}

// A map of strings, as the readers show it.
inline nlohmann::json tagged_map(const std::vector<std::pair<std::string, nlohmann::json>>& pairs) {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [name, value] : pairs) rows.push_back(nlohmann::json::array({name, value}));
  return {{"map", rows}};
}

}  // namespace plowline::testing

#include "support/json_schema.h"

#include <doctest/doctest.h>

#include "support/support.h"

namespace plowline::testing {
namespace {

constexpr const char* kJudge = R"(
import copy, json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
document = json.load(sys.stdin)

def places(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from places(member, path + (key,))

def minds(path, change):
    copied = copy.deepcopy(document)
    at = copied
    for key in path[:-1]:
        at = at[key]
    change(at, path[-1])
    return not validator.is_valid(copied)

if sys.argv[2] == "check":
    for error in validator.iter_errors(document):
        print(list(error.absolute_path), error.message)
    sys.exit()
for path, value in places(document):
    if not path:
        continue
    if not minds(path, lambda parent, key: parent.__setitem__(key, 7.5)):
        print(list(path), "wrong type")
    if isinstance(path[-1], str) and not minds(path, lambda parent, key: parent.__delitem__(key)):
        print(list(path), "missing")
    if isinstance(value, dict) and not minds(path, lambda parent, key: parent[key].update(surprise=1)):
        print(list(path), "another member")
)";

std::string judged(std::string_view schema_name, const std::string& document, const char* what) {
  const std::string schema = (source_dir() / "schemas" / schema_name).string();
  const Ran ran = run({"python3", "-c", kJudge, schema, what}, {.directory = {}, .environment = {}, .input = document});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

}  // namespace

std::string schema_complaints(std::string_view schema_name, const std::string& document) {
  return judged(schema_name, document, "check");
}

std::string schema_gaps(std::string_view schema_name, const std::string& document) {
  return judged(schema_name, document, "mutate");
}

}  // namespace plowline::testing

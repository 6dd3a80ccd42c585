// A data type as it is written, taken apart: `array<struct<id: varchar(10)>>`.
//
// One grammar for all warehouses: words with lengths among them (`timestamp(6) with time zone`), parts in `<>` or `()`
// (`struct<a int>`, `struct<a: int>`, `row(a integer)`, `map(varchar, integer)`), and `[]` behind (`integer[]`).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

struct DataTypePart;

struct DataTypeText {
  std::string name;                  // the words, in lower case, one blank between them; `array` for `…[]`
  std::vector<std::string> lengths;  // in lower case: `10`, `max`, `*`, `point`; of `4000 char` the `4000`
  std::vector<DataTypePart> parts;   // an array's element, a map's key and value, a struct's fields
};

struct DataTypePart {
  std::string name;  // a field's; without quotes, in lower case; empty where it has none
  DataTypeText type;
};

// Nothing for what is no such text: quotes around the type's own name, brackets that do not match, parts nested more
// than 50 deep, an empty text.
std::optional<DataTypeText> data_type_text_from(std::string_view text);

}  // namespace plowline

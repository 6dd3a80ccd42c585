// The words for data types, per warehouse: which of them mean one type, and which lengths they stand for.
#pragma once

#include <span>
#include <string_view>

#include "artifact/warehouse.h"

namespace plowline {

// Words that mean one type, and the same lengths of it.
struct DataTypeName {
  std::string_view type;   // the same in all entries of one type
  std::string_view words;  // in lower case, `, ` between them
  // Lengths as `38,0`; `*` is any. Empty for none.
  std::string_view always = {};      // what the words mean by themselves: Snowflake's `int` is a number with scale 0
  std::string_view by_default = {};  // what the warehouse takes where none is written; `*` where its catalog is silent
};

struct DataTypeMaximum {
  std::string_view type;
  std::string_view length;  // as long as can be: counts as `max`
};

struct DataTypeNames {
  std::span<const DataTypeName> types;
  std::span<const DataTypeMaximum> maxima = {};
  bool reports_lengths = true;  // false: the adapter's catalog leaves lengths out
};

// Empty for kOther.
const DataTypeNames& data_type_names(Warehouse warehouse);

// The entry of that word; null where the warehouse has none. O(words).
const DataTypeName* find_data_type(const DataTypeNames& names, std::string_view word);

}  // namespace plowline

// What Spark and Databricks, its descendant, have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backfill/dialect.h"

namespace plowline {

// `('delta.x' = 'true', …)`; empty where the model has none.
std::string property_list(const Dialect& dialect, const TableConfig& config);

// `(`a`, days(`b`))`: columns, and Iceberg's transforms of columns as dbt passes them on. Empty where there are none.
std::string column_list(const Dialect& dialect, const std::vector<std::string>& columns);

// `create table … using … partitioned by … comment … tblproperties … as select * from …`, with the layout that the
// model's config gives. Fails where the table exists.
std::string create_as_select(const Dialect& dialect, const Migration& migration);

}  // namespace plowline

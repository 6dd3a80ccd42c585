#include "cli/backfill_sql_output.h"

#include "artifact/write_file.h"
#include "backfill/sql_script_json.h"
#include "cli/print.h"

namespace plowline {

std::vector<Flag> flags_of(SqlOutputFlags& flags) {
  return {
      {.names = {"--format"},
       .description = "an SQL script for the warehouse's client, or a JSON document",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags.format},
      {.names = {"--output", "-o"},
       .description = "write it to this file",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.output},
  };
}

Result<void> give_out(const SqlOutputFlags& flags, const Dialect& dialect, std::span<const SqlScript> scripts,
                      const Warnings& warnings) {
  const std::string text = flags.format == "json" ? sql_document(dialect.name(), scripts, warnings) : to_text(scripts);
  return flags.output.empty() ? print_result(text) : write_file(flags.output, text);
}

}  // namespace plowline

// JSON as Python's json.dumps writes it: `, ` and `: ` between, everything beyond ASCII as \uXXXX.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

// Appends well-formed JSON text in that layout. Numbers stay as they are written.
void append_python_json(std::string& out, std::string_view json);

// Appends `text` (UTF-8) as a JSON string. A broken byte becomes \ufffd.
void append_python_string(std::string& out, std::string_view text);

}  // namespace plowline

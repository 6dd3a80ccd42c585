#include "diagnostic/json_output.h"

#include <nlohmann/json.hpp>

namespace plowline {

using Json = nlohmann::ordered_json;

Json warnings_json(const Warnings& warnings) {
  Json out = Json::array();
  for (const Warning& warning : warnings) {
    out.push_back({{"code", warning.code},
                   {"message", warning.message},
                   {"next_step", warning.next_step},
                   {"detail", warning.detail}});
  }
  return out;
}

nlohmann::ordered_json text_or_null(std::string_view text) {
  return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

std::string document_line(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string document_text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace plowline

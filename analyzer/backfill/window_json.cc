#include "backfill/window_json.h"

#include <nlohmann/json.hpp>

namespace plowline {

nlohmann::ordered_json window_json(const RunWindow& window) {
  return {{"state", static_cast<int>(window.state)},
          {"lower_limit", to_text(window.lower_limit)},
          {"upper_limit", to_text(window.upper_limit)},
          {"reaches_now", window.reaches_now}};
}

}  // namespace plowline

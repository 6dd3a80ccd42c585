#include "cli/console.h"

#include <cstdlib>
#include <memory>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace plowline {

void open_console(Verbosity verbosity) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool plain = no_color != nullptr && *no_color != '\0';
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(plain ? spdlog::color_mode::never
                                                                          : spdlog::color_mode::automatic);
  auto logger = std::make_shared<spdlog::logger>("plowline", std::move(sink));
  logger->set_pattern("%^%l%$: %v");
  logger->set_level(verbosity == Verbosity::kQuiet     ? spdlog::level::err
                    : verbosity == Verbosity::kVerbose ? spdlog::level::debug
                                                       : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void print_info(std::string_view text) {
  spdlog::info("{}", text);
}

void print_detail(std::string_view text) {
  if (spdlog::should_log(spdlog::level::debug)) spdlog::info("{}", text);
}

void print_warnings(std::span<const Warning> warnings) {
  const bool verbose = spdlog::should_log(spdlog::level::debug);
  for (const Warning& warning : warnings) spdlog::warn("{}", to_text(warning, verbose));
}

void print_error(const Error& error) {
  spdlog::error("{}", to_text(error));
}

}  // namespace plowline

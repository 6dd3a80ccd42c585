// What a person sees beside the result: warnings, errors and progress, on standard error.
//
// Results go to standard output and nowhere else; everything here goes to standard error. Colours only on a terminal
// and never with NO_COLOR. console.cc is the only file that includes spdlog.
#pragma once

#include <span>
#include <string_view>

#include "diagnostic/error.h"

namespace plowline {

enum class Verbosity { kQuiet, kNormal, kVerbose };

// Sets up what the functions below print. Once, at the start.
void open_console(Verbosity verbosity);

void print_info(std::string_view text);                  // not with --quiet
void print_detail(std::string_view text);                // with --verbose only
void print_warnings(std::span<const Warning> warnings);  // not with --quiet
void print_error(const Error& error);

}  // namespace plowline

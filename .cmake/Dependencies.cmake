# Every library is the distribution's own package. A missing one ends the configuration with one message that
# names the Debian package; `make setup` installs them all.

set(missing "")

macro(plowline_find name package)
  find_package(${name} QUIET ${ARGN})
  if(NOT ${name}_FOUND)
    list(APPEND missing "${package}")
  endif()
endmacro()

plowline_find(simdjson libsimdjson-dev CONFIG)
plowline_find(CLI11 libcli11-dev CONFIG)
plowline_find(fmt libfmt-dev CONFIG)
plowline_find(spdlog libspdlog-dev CONFIG)
plowline_find(yaml-cpp libyaml-cpp-dev CONFIG)
plowline_find(nlohmann_json nlohmann-json3-dev CONFIG)
plowline_find(OpenSSL libssl-dev COMPONENTS Crypto)
plowline_find(SQLite3 libsqlite3-dev)
plowline_find(Threads libc6-dev)
plowline_find(PkgConfig pkgconf)
if(PkgConfig_FOUND)  # RE2 as Debian packages it knows pkg-config, not CMake
  pkg_check_modules(re2 QUIET IMPORTED_TARGET re2)
  if(re2_FOUND)
    add_library(re2::re2 ALIAS PkgConfig::re2)
  endif()
endif()
if(NOT re2_FOUND)
  list(APPEND missing libre2-dev)
endif()
if(PLOWLINE_TESTS)
  plowline_find(doctest doctest-dev CONFIG)
endif()

if(missing)
  list(JOIN missing " " packages)
  message(FATAL_ERROR
    "plowline needs libraries that are not installed.\n"
    "On Debian, 'make setup' installs them, or: apt-get install ${packages}")
endif()

if(TARGET yaml-cpp::yaml-cpp)
  set(PLOWLINE_YAML yaml-cpp::yaml-cpp)
else()
  set(PLOWLINE_YAML yaml-cpp)
endif()

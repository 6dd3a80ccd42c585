# How every target of plowline is built: warnings as errors, sanitizers where asked for.

add_library(plowline_flags INTERFACE)
# A member that an initializer leaves out is value-initialized, on purpose: {.directory = folder}.
target_compile_options(plowline_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's own stable_sort calls a function that it marks deprecated; GCC still tells of our own uses.
  target_compile_options(plowline_flags INTERFACE -Wno-deprecated-declarations)
endif()
target_include_directories(plowline_flags INTERFACE ${PROJECT_SOURCE_DIR}/analyzer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns about correct code: it cannot follow which member of a std::expected is alive, and misjudges how
  # far a std::string's own buffer reaches (GCC's bug 105651).
  target_compile_options(plowline_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()

if(PLOWLINE_SANITIZE)
  target_compile_options(plowline_flags INTERFACE
    -fsanitize=${PLOWLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(plowline_flags INTERFACE -fsanitize=${PLOWLINE_SANITIZE})
endif()

if(PLOWLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "PLOWLINE_FUZZ needs Clang: only Clang has libFuzzer. 'make fuzz-smoke' uses clang++-19.")
  endif()
  # The library's code reports its branches to the fuzzer; only a fuzz target links the fuzzer's main().
  target_compile_options(plowline_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Link-time optimisation is left off: on a manifest of 20 MB the whole load took no less time, while linking went from
# a tenth of a second to half a minute. It makes the program a third smaller; a packager who wants that sets
# CMAKE_INTERPROCEDURAL_OPTIMIZATION.

# A compiler cache is used where there is one.
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PLOWLINE_CCACHE ccache)
  if(PLOWLINE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PLOWLINE_CCACHE})
  endif()
endif()

# plowline_library(NAME [PUBLIC libs...] [PRIVATE libs...])
#
# One folder of analyzer/ as one static library, plowline_NAME, made of every .cc file in it (main.cc excepted,
# which is a program's own). PUBLIC names what its headers use (other folders, mostly), PRIVATE what only its .cc
# files use.
function(plowline_library name)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)  # headers only
    add_library(plowline_${name} INTERFACE)
    target_link_libraries(plowline_${name} INTERFACE plowline_flags ${arg_PUBLIC})
    return()
  endif()
  add_library(plowline_${name} STATIC ${sources})
  target_link_libraries(plowline_${name} PUBLIC plowline_flags ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

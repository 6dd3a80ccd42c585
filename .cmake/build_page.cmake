# Bundles the page of the HTML report and writes report_page.cc, which defines built_page() with it. Run by the build:
#
#   cmake -DSETTINGS=FILE -P build_page.cmake
#
# SETTINGS is written by Page.cmake. The packages are installed in the build folder, never in the sources, exactly as
# package-lock.json says, and none of their scripts is run.
include(${SETTINGS})

# `variable` becomes `text` as a C++ string literal.
function(as_literal variable text)
  if(text MATCHES "\\)plowline_page\"" OR text MATCHES "\r")
    message(FATAL_ERROR "the page holds what the generated source cannot")
  endif()
  set(${variable} "R\"plowline_page(${text})plowline_page\"" PARENT_SCOPE)
endfunction()

function(write_page script style reason)
  as_literal(script_literal "${script}")
  as_literal(style_literal "${style}")
  as_literal(reason_literal "${reason}")
  file(WRITE ${made}
    "// Made by the build from analyzer/report/page.\n#include \"report/report_page.h\"\n\nnamespace plowline {\n\n"
    "ReportPage built_page() {\n"
    "  static constexpr char kScript[] = ${script_literal};\n"
    "  static constexpr char kStyle[] = ${style_literal};\n"
    "  static constexpr char kMissing[] = ${reason_literal};\n"
    "  return {{kScript, sizeof kScript - 1}, {kStyle, sizeof kStyle - 1}, {kMissing, sizeof kMissing - 1}};\n"
    "}\n\n}  // namespace plowline\n")
endfunction()

# Ends the run: without the page, or with an error where it must not be missing.
macro(go_without reason output)
  message(NOTICE "${output}")
  if(mode STREQUAL "ON")
    message(FATAL_ERROR "The page of the HTML report could not be built (PLOWLINE_PAGE=ON): ${reason}.")
  endif()
  message(WARNING "The page of the HTML report was not built: ${reason}. HTML reports of this program will have no "
                  "graph. The next configuration (cmake, or make) tries again.")
  write_page("" "" "when it was built, ${reason}")
  file(WRITE ${missing} "${reason}")
  return()
endmacro()

if(problem)  # told when it was configured
  write_page("" "" "${problem}")
  file(WRITE ${missing} "${problem}")
  return()
endif()
if(NOT EXISTS ${folder}/package-lock.json)
  go_without("its sources are not there" "")
endif()

# A copy of the sources beside the packages that an earlier run installed.
set(copy ${work}/sources)
file(GLOB old ${copy}/*)
list(REMOVE_ITEM old ${copy}/node_modules)
if(old)
  file(REMOVE_RECURSE ${old})
endif()
file(COPY ${folder}/ DESTINATION ${copy} PATTERN node_modules EXCLUDE)

file(SHA256 ${copy}/package-lock.json lock)
set(installed ${copy}/node_modules/.installed)
set(lock_before "")
if(EXISTS ${installed})
  file(READ ${installed} lock_before)
endif()
if(NOT lock STREQUAL lock_before)
  set(patience "")
  if(mode STREQUAL "AUTO")  # without a network this should not take minutes to say so
    set(patience --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000)
  endif()
  execute_process(COMMAND ${npm} ci --ignore-scripts --include=dev --no-audit --no-fund --no-update-notifier ${patience}
                  WORKING_DIRECTORY ${copy} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 900)
  if(NOT status EQUAL 0)
    go_without("npm could not install the packages that it is made with" "${output}")
  endif()
  file(WRITE ${installed} "${lock}")
endif()

file(REMOVE_RECURSE ${work}/out)
file(MAKE_DIRECTORY ${work}/out)
execute_process(COMMAND ${node} build.mjs ${work}/out WORKING_DIRECTORY ${copy}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 300)
if(NOT status EQUAL 0 OR NOT EXISTS ${work}/out/page.js OR NOT EXISTS ${work}/out/page.css)
  go_without("it could not be bundled" "${output}")
endif()
file(READ ${work}/out/page.js script)
file(READ ${work}/out/page.css style)
string(TOLOWER "${script}" small_script)
string(TOLOWER "${style}" small_style)
foreach(end "</script" "<!--")
  string(FIND "${small_script}" "${end}" place)
  if(NOT place EQUAL -1)
    message(FATAL_ERROR "page.js holds '${end}', which would end its element")
  endif()
endforeach()
string(FIND "${small_style}" "</style" place)
if(NOT place EQUAL -1)
  message(FATAL_ERROR "page.css holds '</style', which would end its element")
endif()
write_page("${script}" "${style}" "")
file(REMOVE ${missing})

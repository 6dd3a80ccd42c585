# The page of the HTML report: page.js and page.css, bundled by npm and kept in the program as text.
#
# PLOWLINE_PAGE says how much it is wanted:
#   AUTO  where Node.js and npm are there and npm gets its packages; else it is said, and HTML reports are static
#   ON    without fail
#   OFF   never
# What is found is looked for at every configuration. A build that had to go without the page tries again after the next
# one.

set(PLOWLINE_PAGE AUTO CACHE STRING "bundle the page of the HTML report (needs Node.js and npm): AUTO, ON, OFF")
set_property(CACHE PLOWLINE_PAGE PROPERTY STRINGS AUTO ON OFF)
set(PLOWLINE_LEAST_NODE 18)

# Sets `node`, `npm`, and `problem` where one of them is missing: a clause.
macro(plowline_find_node)
  find_program(node NAMES node nodejs NO_CACHE)
  find_program(npm NAMES npm NO_CACHE)
  set(problem "")
  set(node_version "")
  if(node)
    execute_process(COMMAND ${node} --version OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(REGEX REPLACE "^v" "" node_version "${node_version}")
  endif()
  if(NOT node)
    set(problem "it was built where there is no Node.js")
  elseif(node_version VERSION_LESS PLOWLINE_LEAST_NODE)
    set(problem "it was built where Node.js is older than ${PLOWLINE_LEAST_NODE}")
  elseif(NOT npm)
    set(problem "it was built where there is no npm")
  endif()
endmacro()

# plowline_page(TARGET FOLDER): adds built_page() (report/report_page.h) to TARGET, made from the sources in FOLDER.
function(plowline_page target folder)
  set(work ${CMAKE_BINARY_DIR}/page)
  set(made ${work}/report_page.cc)
  set(missing ${work}/missing.txt)  # made by the build that goes without the page
  plowline_find_node()
  if(PLOWLINE_PAGE STREQUAL "AUTO")
    set(mode AUTO)
  elseif(PLOWLINE_PAGE)
    set(mode ON)
  else()
    set(mode OFF)
    set(problem "it was built with PLOWLINE_PAGE=OFF")
  endif()
  if(problem AND mode STREQUAL "ON")
    message(FATAL_ERROR "The page of the HTML report cannot be built (PLOWLINE_PAGE=ON): ${problem}.\n"
                        "On Debian, 'make setup-test' installs Node.js and npm, or: apt-get install nodejs npm")
  elseif(problem AND mode STREQUAL "AUTO")
    message(STATUS "HTML reports will have no graph: ${problem}")
  endif()

  if(EXISTS ${missing})
    file(READ ${missing} before)
    if(NOT before STREQUAL problem OR problem STREQUAL "")
      file(REMOVE ${made})
    endif()
  endif()
  file(CONFIGURE OUTPUT ${work}/settings.cmake @ONLY CONTENT [[
set(folder "@folder@")
set(work "@work@")
set(made "@made@")
set(missing "@missing@")
set(mode "@mode@")
set(node "@node@")
set(npm "@npm@")
set(problem "@problem@")
]])
  # What the built page depends on besides its sources: that it is wanted at all.
  if(mode STREQUAL "OFF")
    set(wanted "no")
  else()
    set(wanted "yes")
  endif()
  file(CONFIGURE OUTPUT ${work}/wanted.txt @ONLY CONTENT "${wanted}\n")

  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.json ${folder}/*.mjs ${folder}/*.ts ${folder}/*.css)
  file(GLOB_RECURSE more_sources CONFIGURE_DEPENDS ${folder}/src/*)
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -DSETTINGS=${work}/settings.cmake -P ${PROJECT_SOURCE_DIR}/.cmake/build_page.cmake
    DEPENDS ${sources} ${more_sources} ${work}/wanted.txt ${PROJECT_SOURCE_DIR}/.cmake/build_page.cmake
    COMMENT "Bundling the page of the HTML report" VERBATIM)
  # One literal is as long as the whole script; the standard only promises 65,536 characters.
  set_source_files_properties(${made} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${made})
endfunction()

# What `make install` puts where: the program, its manual page, and its completions for bash, zsh and fish, in the
# folders where man and the shells look. The page and the completions are printed by the built program itself when
# it is installed, so they always describe that very program. The program finds nothing by an absolute path: the
# folder may be moved.

include(GNUInstallDirs)

install(TARGETS plowline RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# plowline_install_printed(FILE ARGUMENTS...): what `plowline ARGUMENTS` prints becomes FILE, relative to the prefix.
function(plowline_install_printed file)
  list(JOIN ARGN "\" \"" arguments)
  install(CODE "
    execute_process(COMMAND \"$<TARGET_FILE:plowline>\" \"${arguments}\"
                    OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
    set(file \"\${CMAKE_INSTALL_PREFIX}/${file}\")
    message(STATUS \"Installing: \$ENV{DESTDIR}\${file}\")
    file(WRITE \"\$ENV{DESTDIR}\${file}\" \"\${printed}\")
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${file}\")")
endfunction()

plowline_install_printed(${CMAKE_INSTALL_MANDIR}/man1/plowline.1 man)
plowline_install_printed(${CMAKE_INSTALL_DATADIR}/bash-completion/completions/plowline completions bash)
plowline_install_printed(${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_plowline completions zsh)
plowline_install_printed(${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/plowline.fish completions fish)

# `cmake --install` and a .deb. The program finds its models beside itself: bin/../share/swivel/models.
include(GNUInstallDirs)

install(TARGETS swivel RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/swivel/models
        PATTERN "heldout.jsonl" EXCLUDE)
install(DIRECTORY families/ DESTINATION ${CMAKE_INSTALL_DATADIR}/swivel/families)
install(FILES README.md LICENSE SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The man page and the completions are made by the program from the descriptions of its commands.
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${generated}/swivel.1 ${generated}/swivel.bash ${generated}/_swivel ${generated}/swivel.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}
  COMMAND swivel completion man > ${generated}/swivel.1
  COMMAND swivel completion bash > ${generated}/swivel.bash
  COMMAND swivel completion zsh > ${generated}/_swivel
  COMMAND swivel completion fish > ${generated}/swivel.fish
  DEPENDS swivel VERBATIM)
add_custom_target(swivel_generated ALL DEPENDS ${generated}/swivel.1)
install(FILES ${generated}/swivel.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated}/swivel.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME swivel)
install(FILES ${generated}/_swivel DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${generated}/swivel.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the Swivel maintainers <maintainers@swivel.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs any open model family behind one interface")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)

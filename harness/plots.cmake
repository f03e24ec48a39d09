# The scripts of plots/ as C arrays, so that the program can draw from
# anywhere: plots_scripts.h has one array for each, ended by NUL.
set(PLOTS_SCRIPTS_DIR ${PROJECT_BINARY_DIR}/plots_scripts)
set(PLOTS_SCRIPTS)
foreach(name common elapsed gantt completion scaling history)
	list(APPEND PLOTS_SCRIPTS ${PROJECT_SOURCE_DIR}/plots/${name}.gp)
endforeach()

add_custom_command(
	OUTPUT ${PLOTS_SCRIPTS_DIR}/plots_scripts.h
	COMMAND ${CMAKE_COMMAND}
		"-DFILES=${PLOTS_SCRIPTS}" -DPREFIX=plots
		-DOUTPUT=${PLOTS_SCRIPTS_DIR}/plots_scripts.h
		-P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
	DEPENDS ${PLOTS_SCRIPTS} ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
	VERBATIM)

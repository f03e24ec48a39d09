# The ready suites as C arrays, in the order in which they are listed.
set(SUITES_DIR ${PROJECT_BINARY_DIR}/suites)
set(SUITES)
foreach(name headline reuse lesson latency-sweep concurrency-sweep payload-sweep
	faults scale open-loop ci)
	list(APPEND SUITES ${PROJECT_SOURCE_DIR}/suites/${name}.yaml)
endforeach()

add_custom_command(
	OUTPUT ${SUITES_DIR}/ready_suites.h
	COMMAND ${CMAKE_COMMAND}
		"-DFILES=${SUITES}" -DPREFIX=suite
		-DOUTPUT=${SUITES_DIR}/ready_suites.h
		-P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
	DEPENDS ${SUITES} ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
	VERBATIM)

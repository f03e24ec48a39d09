# embed_files(HEADER PREFIX FILES..) makes HEADER in the build's folder
# `embedded`: each file as a C array that ends with a NUL, in that order
# (embed.cmake). So the program needs none of these files when it runs.
set(EMBEDDED_DIR ${PROJECT_BINARY_DIR}/embedded)
function(embed_files header prefix)
	add_custom_command(
		OUTPUT ${EMBEDDED_DIR}/${header}
		COMMAND ${CMAKE_COMMAND}
			"-DFILES=${ARGN}" -DPREFIX=${prefix}
			-DOUTPUT=${EMBEDDED_DIR}/${header}
			-P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed.cmake
		DEPENDS ${ARGN} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed.cmake
		VERBATIM)
endfunction()

set(plots common cost forest latency sweep elapsed gantt completion in_flight throughput crossover winners scaling
	history)
list(TRANSFORM plots REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/plots/\\1.gp")
embed_files(plots_scripts.h plots ${plots} ${PROJECT_SOURCE_DIR}/plots/svg.css)

set(suites headline reuse lesson latency-sweep concurrency-sweep payload-sweep
	work-sweep retries container network loss tls faults scale open-loop ci)
list(TRANSFORM suites REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/suites/\\1.yaml")
embed_files(ready_suites.h suite ${suites})

embed_files(export_views.h sql ${PROJECT_SOURCE_DIR}/harness/export/views.sql)

set(report report/report.html report/report.css report/sort.js report/values.js
	report/requests.js plots/svg.css third_party/uplot/uPlot.iife.min.js
	third_party/uplot/uPlot.min.css)
list(TRANSFORM report PREPEND ${PROJECT_SOURCE_DIR}/)
embed_files(report_page.h report ${report})

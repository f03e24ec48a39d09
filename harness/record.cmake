# Rows, statistics, table and plots: all that is shown, made from a run's CSV
# files alone. A library of its own, so that its tests need nothing else.
include_guard(GLOBAL)
find_package(PkgConfig REQUIRED)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET GLOBAL gsl)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET GLOBAL jansson)
find_library(CSV_LIBRARY csv REQUIRED)
include(${CMAKE_CURRENT_LIST_DIR}/plots.cmake)

add_library(fr_record STATIC)
foreach(source error.c
	judge/stats.c judge/summary.c judge/summary_columns.c
	record/csv.c record/csv_read.c record/rows.c
	view/plots.c view/plots_data.c view/table.c)
	target_sources(fr_record PRIVATE ${CMAKE_CURRENT_LIST_DIR}/${source})
endforeach()
target_sources(fr_record PRIVATE ${PLOTS_SCRIPTS_DIR}/plots_scripts.h)
target_include_directories(fr_record
	PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include
	PRIVATE ${PLOTS_SCRIPTS_DIR})
target_link_libraries(fr_record PRIVATE fr_flags
	PkgConfig::GSL PkgConfig::JANSSON ${CSV_LIBRARY} m)

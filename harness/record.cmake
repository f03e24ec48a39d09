# Rows, statistics, table and plots: what is shown, made from the CSV alone.
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
find_library(CSV_LIBRARY csv REQUIRED)

add_library(fr_record STATIC
	harness/error.c
	harness/judge/stats.c
	harness/judge/summary.c
	harness/judge/summary_columns.c
	harness/record/csv.c
	harness/view/plots_data.c
	harness/view/table.c
	harness/record/csv_read.c
	harness/record/rows.c)
target_include_directories(fr_record PUBLIC
	${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(fr_record PUBLIC fr_flags
	PkgConfig::GSL PkgConfig::JANSSON ${CSV_LIBRARY} m)

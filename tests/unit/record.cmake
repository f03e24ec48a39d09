# Unit tests of rows, CSV, statistics, summary, table, plots and tuning. A test may
# read tests/fixtures and write to its working directory, which is its own.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

foreach(name rows schedule csv stats histogram usl summary summary_files breakdown
		comparison crossing enough scaling table table_costs table_failures
		check_formats
		plots plots_failures plots_figures plots_look plots_sweeps progress report report_html format text_table tune_text
		tuning)
	add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c
		${CMAKE_CURRENT_LIST_DIR}/run_fixture.c)
	target_link_libraries(test_${name} PRIVATE fr_flags
		harness strategies PkgConfig::CMOCKA)
	target_compile_definitions(test_${name} PRIVATE
		FLAGRACE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
	set(directory ${PROJECT_BINARY_DIR}/tests/${name})
	file(MAKE_DIRECTORY ${directory})
	add_test(NAME unit.${name} COMMAND test_${name}
		WORKING_DIRECTORY ${directory})
	set_tests_properties(unit.${name} PROPERTIES TIMEOUT ${deadline_s})
endforeach()

# What the formats of a check are read by, where Debian has such a reader.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME unit.check_formats_read
	COMMAND Python3::Interpreter
		${CMAKE_CURRENT_LIST_DIR}/read_check_formats
		${PROJECT_SOURCE_DIR}/docs/check.schema.json
	WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/tests/check_formats)
set_tests_properties(unit.check_formats PROPERTIES FIXTURES_SETUP check_formats)
set_tests_properties(unit.check_formats_read PROPERTIES
	FIXTURES_REQUIRED check_formats TIMEOUT ${deadline_s})

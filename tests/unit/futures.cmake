# The tests of futures/. Every test has its own process and a deadline that
# only a hang can reach.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

function(futures_test name)
	add_executable(${name} ${ARGN})
	target_link_libraries(${name} PRIVATE fr_flags futures PkgConfig::CMOCKA)
	add_test(NAME ${name} COMMAND ${name})
	set_tests_properties(${name} PROPERTIES TIMEOUT ${deadline_s})
endfunction()

foreach(topic submit shutdown options map lazy_map as_completed callbacks wait
		no_threads stress processes process_tasks keeper deaths awaiting
		waking)
	futures_test(test_futures_${topic} test_futures_${topic}.c)
endforeach()

# The tests that decide whether threads can be started.
foreach(topic no_threads stress)
	target_link_options(test_futures_${topic} PRIVATE
		-Wl,--wrap=pthread_create)
endforeach()
target_link_options(test_futures_no_threads PRIVATE -Wl,--wrap=fork)

# The examples of the README and of the man page are compiled here, word for
# word. futures_example(NAME TEXT OUTPUT): one of them, and what it prints.
function(futures_example name text output)
	file(CONFIGURE OUTPUT ${name}.c CONTENT "${text}" @ONLY)
	add_executable(${name} ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
	target_link_libraries(${name} PRIVATE fr_flags futures)
	# Twice, because a test with an expected output ignores the status.
	add_test(NAME ${name} COMMAND ${name})
	add_test(NAME ${name}_output COMMAND ${name})
	set_tests_properties(${name} ${name}_output PROPERTIES TIMEOUT ${deadline_s})
	set_tests_properties(${name}_output PROPERTIES
		PASS_REGULAR_EXPRESSION "${output}")
endfunction()

# next_between(OUT SOURCE BEGIN END): the text of the variable SOURCE between two
# marks; SOURCE keeps what follows the second mark
function(next_between out source begin end)
	string(LENGTH "${begin}" skipped)
	string(FIND "${${source}}" "${begin}" at)
	math(EXPR at "${at} + ${skipped}")
	string(SUBSTRING "${${source}}" ${at} -1 behind)
	string(FIND "${behind}" "${end}" at)
	string(SUBSTRING "${behind}" 0 ${at} found)
	string(LENGTH "${end}" skipped)
	math(EXPR at "${at} + ${skipped}")
	string(SUBSTRING "${behind}" ${at} -1 behind)
	set(${out} "${found}" PARENT_SCOPE)
	set(${source} "${behind}" PARENT_SCOPE)
endfunction()

set(readme ${PROJECT_SOURCE_DIR}/futures/README.md)
set(page ${PROJECT_SOURCE_DIR}/futures/futures.3)
set_property(DIRECTORY APPEND PROPERTY
	CMAKE_CONFIGURE_DEPENDS ${readme} ${page})
file(READ ${readme} rest)
set(example 0)
set(in_order "BD BR CN DE EG \n")
foreach(before "${in_order}" "${in_order}" "")
	math(EXPR example "${example} + 1")
	next_between(text rest "```c\n" "```")
	futures_example(futures_readme_${example} "${text}"
		"${before}5 flags downloaded\n")
endforeach()
file(READ ${page} rest)
next_between(text rest ".EX\n" ".EE")
string(REPLACE "\\-" "-" text "${text}")
string(REPLACE "\\e" "\\" text "${text}")
futures_example(futures_man_page "${text}" "^[0-9]+\n[0-9]+\n[0-9]+\n[0-9]+\n$")

# The man page declares what the header declares.
add_test(NAME futures_synopsis
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_futures_synopsis
	${PROJECT_SOURCE_DIR} ${CMAKE_C_COMPILER})

# Every row of docs/FUTURES.md names tests that exist.
add_test(NAME futures_table
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_futures_table
	${PROJECT_SOURCE_DIR})

# What the sanitizers cannot change is tried once. A library that counts its
# lines cannot be linked by a program that does not.
if(NOT FLAGRACE_SANITIZE AND NOT FLAGRACE_COVERAGE AND
		CMAKE_C_COMPILER_ID STREQUAL GNU)
	add_test(NAME futures_install
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_futures_install
		${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}
		${CMAKE_C_COMPILER})
	set_tests_properties(futures_install PROPERTIES TIMEOUT ${deadline_s})
	find_program(SPIN spin)
	if(SPIN)
		add_test(NAME futures_model
			COMMAND ${PROJECT_SOURCE_DIR}/tests/model/check)
		set_tests_properties(futures_model PROPERTIES TIMEOUT ${deadline_s})
	endif()
endif()

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

foreach(topic submit options map lazy_map as_completed callbacks no_threads
		stress processes process_tasks keeper deaths awaiting waking)
	futures_test(test_futures_${topic} test_futures_${topic}.c)
endforeach()

# The tests that decide whether threads can be started.
foreach(topic no_threads stress)
	target_link_options(test_futures_${topic} PRIVATE
		-Wl,--wrap=pthread_create)
endforeach()
target_link_options(test_futures_no_threads PRIVATE -Wl,--wrap=fork)

# The README's three examples are what is compiled here, word for word.
set(readme ${PROJECT_SOURCE_DIR}/futures/README.md)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${readme})
file(READ ${readme} rest)
foreach(example 1 2 3)
	string(FIND "${rest}" "```c\n" begin)
	math(EXPR begin "${begin} + 5")
	string(SUBSTRING "${rest}" ${begin} -1 rest)
	string(FIND "${rest}" "```" end)
	string(SUBSTRING "${rest}" 0 ${end} text)
	string(SUBSTRING "${rest}" ${end} -1 rest)
	string(SUBSTRING "${rest}" 3 -1 rest)
	set(name futures_readme_${example})
	file(CONFIGURE OUTPUT ${name}.c CONTENT "${text}" @ONLY)
	add_executable(${name} ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
	target_link_libraries(${name} PRIVATE fr_flags futures)
	# Twice, because a test with an expected output ignores the status.
	add_test(NAME ${name} COMMAND ${name})
	add_test(NAME ${name}_output COMMAND ${name})
	set_tests_properties(${name} ${name}_output PROPERTIES TIMEOUT ${deadline_s})
	set_tests_properties(${name}_output PROPERTIES
		PASS_REGULAR_EXPRESSION "5 flags downloaded\n")
endforeach()
set_tests_properties(futures_readme_1_output futures_readme_2_output PROPERTIES
	PASS_REGULAR_EXPRESSION "BD BR CN DE EG \n5 flags downloaded\n")

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

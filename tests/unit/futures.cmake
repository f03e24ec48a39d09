# The tests of futures/. Every test has its own process and a deadline that
# only a hang can reach.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

function(futures_test name)
	add_executable(${name} ${ARGN})
	target_link_libraries(${name} PRIVATE fr_flags futures PkgConfig::CMOCKA)
	add_test(NAME ${name} COMMAND ${name})
	set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()

foreach(topic submit options map lazy_map as_completed callbacks no_threads
		stress processes)
	futures_test(test_futures_${topic} test_futures_${topic}.c)
endforeach()

# The tests that decide whether threads can be started.
foreach(topic no_threads stress)
	target_link_options(test_futures_${topic} PRIVATE
		-Wl,--wrap=pthread_create)
endforeach()

# The README's example is what is compiled here, word for word.
set(readme ${PROJECT_SOURCE_DIR}/futures/README.md)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${readme})
file(READ ${readme} text)
string(REGEX MATCH "```c\n(([^`]|`[^`])*)```" found "${text}")
file(CONFIGURE OUTPUT futures_readme.c CONTENT "${CMAKE_MATCH_1}" @ONLY)
add_executable(futures_readme ${CMAKE_CURRENT_BINARY_DIR}/futures_readme.c)
target_link_libraries(futures_readme PRIVATE fr_flags futures)
# Twice, because a test with an expected output ignores the exit status.
add_test(NAME futures_readme COMMAND futures_readme)
add_test(NAME futures_readme_output COMMAND futures_readme)
set_tests_properties(futures_readme PROPERTIES TIMEOUT 120)
set_tests_properties(futures_readme_output PROPERTIES TIMEOUT 120
	PASS_REGULAR_EXPRESSION "the answer is 42\n.*1 4 9 16\n.*4 of 4 done\n")

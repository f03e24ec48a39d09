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

foreach(topic submit map as_completed no_threads stress)
	futures_test(test_futures_${topic} test_futures_${topic}.c)
endforeach()

# The one test that decides whether threads can be started.
target_link_options(test_futures_no_threads PRIVATE -Wl,--wrap=pthread_create)

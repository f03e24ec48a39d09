# The tests of harness/: each has its own process and a deadline that only a
# hang can reach.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# The objects of which the program is made, as an archive: a test links those
# it needs, and has a main of its own.
add_library(harness_objects STATIC)
set_target_properties(harness_objects PROPERTIES LINKER_LANGUAGE C)
target_link_libraries(harness_objects PUBLIC harness)

function(harness_test topic)
	add_executable(test_harness_${topic} test_harness_${topic}.c)
	target_link_libraries(test_harness_${topic} PRIVATE
		fr_flags strategies harness_objects PkgConfig::CMOCKA)
	add_test(NAME unit.harness_${topic} COMMAND test_harness_${topic})
	set_tests_properties(unit.harness_${topic} PROPERTIES TIMEOUT 60)
endfunction()

foreach(topic account http ideal options plan values verdict witness)
	harness_test(${topic})
endforeach()

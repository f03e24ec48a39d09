# The tests of harness/: each has its own process and a deadline that only a
# hang can reach. They link the objects of which the program is made.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

function(harness_test topic)
	add_executable(test_harness_${topic} test_harness_${topic}.c)
	target_link_libraries(test_harness_${topic} PRIVATE
		fr_flags harness strategies PkgConfig::CMOCKA)
	add_test(NAME unit.harness_${topic} COMMAND test_harness_${topic})
	set_tests_properties(unit.harness_${topic} PROPERTIES TIMEOUT 60)
endfunction()

foreach(topic account http ideal options plan trial values verdict witness)
	harness_test(${topic})
endforeach()

# Tests of the emulated network.
foreach(part spec)
	add_executable(test_link_${part} test_link_${part}.c)
	target_link_libraries(test_link_${part} PRIVATE
		fr_flags link PkgConfig::CMOCKA)
	add_test(NAME link.${part} COMMAND test_link_${part})
	set_tests_properties(link.${part} PROPERTIES TIMEOUT ${deadline_s})
endforeach()

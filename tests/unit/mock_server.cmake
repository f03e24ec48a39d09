# Tests of the mock server.
foreach(part http latency settings catalogue timers)
	add_executable(test_mock_${part} test_mock_${part}.c)
	target_link_libraries(test_mock_${part} PRIVATE
		fr_flags mock_server PkgConfig::CMOCKA ${GIF_LIBRARY})
	add_test(NAME mock_${part} COMMAND test_mock_${part})
	set_tests_properties(mock_${part} PROPERTIES TIMEOUT 60)
endforeach()

# Tests of the mock server: its pure parts, then a live server in a thread.
find_package(Threads REQUIRED)

foreach(part http latency distributions settings catalogue timers)
	add_executable(test_mock_${part} test_mock_${part}.c)
	target_link_libraries(test_mock_${part} PRIVATE
		fr_flags mock_server PkgConfig::CMOCKA ${GIF_LIBRARY} m)
	add_test(NAME mock_${part} COMMAND test_mock_${part})
	set_tests_properties(mock_${part} PROPERTIES TIMEOUT 60)
endforeach()

add_executable(test_mock_live test_mock_live.c)
target_link_libraries(test_mock_live PRIVATE
	fr_flags mock_server PkgConfig::CMOCKA Threads::Threads)
add_test(NAME mock_live COMMAND test_mock_live)
set_tests_properties(mock_live PROPERTIES TIMEOUT 120)

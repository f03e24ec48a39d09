# Tests of the mock server: its pure parts, then a live server in a thread.
find_package(Threads REQUIRED)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)

foreach(part guard http latency distributions portable settings catalogue memory timers capacity
	received limit turn)
	add_executable(test_mock_${part} test_mock_${part}.c)
	target_link_libraries(test_mock_${part} PRIVATE
		fr_flags mock_server PkgConfig::CMOCKA ${GIF_LIBRARY} m)
	add_test(NAME mock_${part} COMMAND test_mock_${part})
	set_tests_properties(mock_${part} PROPERTIES TIMEOUT ${deadline_s})
endforeach()
target_link_libraries(test_mock_portable PRIVATE PkgConfig::GSL)

foreach(topic drills faults http2 live live_limits live_witness nonce closing
		range tls witness)
	add_executable(test_mock_${topic} test_mock_${topic}.c live_server.c)
	target_link_libraries(test_mock_${topic} PRIVATE
		fr_flags mock_server PkgConfig::CMOCKA Threads::Threads)
	add_test(NAME mock_${topic} COMMAND test_mock_${topic})
	set_tests_properties(mock_${topic} PROPERTIES TIMEOUT ${deadline_s})
endforeach()
target_link_libraries(test_mock_http2 PRIVATE PkgConfig::NGHTTP2)
target_link_libraries(test_mock_tls PRIVATE PkgConfig::OPENSSL)
target_include_directories(test_mock_nonce PRIVATE ${XXHASH_INCLUDE_DIRS})
target_include_directories(test_mock_range PRIVATE ${XXHASH_INCLUDE_DIRS})

# Tests of the emulated network.
foreach(part spec shaper packets road)
	add_executable(test_link_${part} test_link_${part}.c)
	target_link_libraries(test_link_${part} PRIVATE
		fr_flags link PkgConfig::CMOCKA m)
	add_test(NAME link.${part} COMMAND test_link_${part})
	set_tests_properties(link.${part} PROPERTIES TIMEOUT ${deadline_s})
endforeach()

# With a real link, as whoever runs the tests and, by root, as an ordinary user.
# Both are skipped where a link is refused.
add_executable(test_link_live test_link_live.c)
target_link_libraries(test_link_live PRIVATE
	fr_flags link PkgConfig::CMOCKA m)
add_test(NAME link.live COMMAND test_link_live)
add_test(NAME link.live_user COMMAND
	${CMAKE_CURRENT_SOURCE_DIR}/as_nobody $<TARGET_FILE:test_link_live>)
set_tests_properties(link.live link.live_user PROPERTIES
	TIMEOUT ${deadline_s} SKIP_RETURN_CODE 77)

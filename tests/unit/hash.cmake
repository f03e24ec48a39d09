# The hash of either side of the project beside the library's; and that the
# program has no instruction for it that wide vectors are needed for.
pkg_check_modules(XXHASH_LIBRARY REQUIRED IMPORTED_TARGET libxxhash)

foreach(folder harness/base mock_server)
	string(REPLACE /base "" side ${folder})
	add_executable(test_hash_${side} test_hash.c)
	target_include_directories(test_hash_${side} PRIVATE
		${PROJECT_SOURCE_DIR})
	target_compile_definitions(test_hash_${side} PRIVATE
		HASH_HEADER="${folder}/xxh3.h")
	target_link_libraries(test_hash_${side} PRIVATE
		fr_flags PkgConfig::XXHASH_LIBRARY PkgConfig::CMOCKA)
	add_test(NAME unit.hash_${side} COMMAND test_hash_${side})
	set_tests_properties(unit.hash_${side} PROPERTIES TIMEOUT ${deadline_s})
endforeach()

# Told to use all that a machine has, a compiler does, and clears up itself.
if(NOT CMAKE_C_FLAGS MATCHES "-m(arch|cpu|tune|avx)")
	add_test(NAME unit.hash_plain COMMAND
		${CMAKE_CURRENT_SOURCE_DIR}/test_hash_plain
		$<TARGET_FILE:flagrace>)
	set_tests_properties(unit.hash_plain PROPERTIES TIMEOUT ${deadline_s})
endif()

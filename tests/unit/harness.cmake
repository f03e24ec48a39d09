# The tests of harness/: each has its own process and a deadline that only a
# hang can reach. They link the objects of which the program is made.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

function(harness_test topic)
	add_executable(test_harness_${topic} test_harness_${topic}.c)
	target_link_libraries(test_harness_${topic} PRIVATE
		fr_flags harness strategies PkgConfig::CMOCKA)
	add_test(NAME unit.harness_${topic} COMMAND test_harness_${topic})
	set_tests_properties(unit.harness_${topic} PROPERTIES TIMEOUT ${deadline_s})
endfunction()

foreach(topic
		account account_bounds advice agent answer arrival cause cgroup client confine
		disturbance doctor elimination exec forecast gate gate_gaps gate_looks
		gate_reports gate_verdicts
		hosts http http_requests ideal intervals kept_url kernel_counters
		like needs options parts peak plan plan_blocks plan_entries processes
		queueing quota registry retry server session session_again session_tls
		shard spending target traits trial underuse values verdict verdict_link verdict_requests
		verdict_retries verdict_times verdict_witness wire wire_answers
		wire_retries witness work work_spec)
	harness_test(${topic})
endforeach()
harness_test(download_printer)
harness_test(lack)
# Sanitizers need more memory than the test leaves.
if(NOT FLAGRACE_SANITIZE)
	harness_test(text_stream)
endif()

target_compile_definitions(test_harness_agent PRIVATE
	FLAGRACE_BINARY="$<TARGET_FILE:flagrace>")

# Plug-ins for the registry, good and bad, of one source.
set(plugins ${CMAKE_CURRENT_BINARY_DIR}/plugins)
function(registry_plugin file)
	add_library(plugin-${file} MODULE test_harness_plugin.c)
	target_compile_definitions(plugin-${file} PRIVATE FR_PLUGIN ${ARGN})
	target_include_directories(plugin-${file} PRIVATE
		${PROJECT_SOURCE_DIR}/include)
	target_link_libraries(plugin-${file} PRIVATE fr_flags)
	set_target_properties(plugin-${file} PROPERTIES PREFIX ""
		OUTPUT_NAME ${file} LIBRARY_OUTPUT_DIRECTORY ${plugins})
	add_dependencies(test_harness_registry plugin-${file})
endfunction()

registry_plugin(good PLUGIN_NAME="plug-in" PLUGIN_ABI=FR_STRATEGY_ABI)
registry_plugin(also-null PLUGIN_NAME="null" PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_FLAGS=FR_NO_NETWORK)
registry_plugin(no-network PLUGIN_NAME="silent" PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_FLAGS=FR_NO_NETWORK)
registry_plugin(witness-samples PLUGIN_NAME="samples"
	PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_FLAGS=FR_WITNESS_SAMPLES)
registry_plugin(exits-early PLUGIN_NAME="x" PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_BEGIN=exit\(0\))
registry_plugin(dies-early PLUGIN_NAME="x" PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_BEGIN=abort\(\))
registry_plugin(leaves PLUGIN_NAME="leaves" PLUGIN_ABI=FR_STRATEGY_ABI
	PLUGIN_BEGIN=leave\(\))
registry_plugin(bad-name PLUGIN_NAME="Bad" PLUGIN_ABI=FR_STRATEGY_ABI)
registry_plugin(old PLUGIN_NAME="old" PLUGIN_ABI=0)
registry_plugin(no-symbol PLUGIN_NAME="x" PLUGIN_ABI=1 PLUGIN_NO_SYMBOL)
set_target_properties(test_harness_registry PROPERTIES ENABLE_EXPORTS ON)
target_compile_definitions(test_harness_registry PRIVATE
	PLUGINS="${plugins}")

# Debian's packages, one for each component; script/package makes them.
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL flagrace dev futures)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
	OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_CONTACT "flagrace maintainers <maintainers@flagrace.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
# Texts of Debian, which CPack knows not of.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian/prepare.cmake)
set(CPACK_FLAGRACE_SOURCE_DIR ${PROJECT_SOURCE_DIR})

set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_FLAGRACE_PACKAGE_NAME flagrace)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME flagrace-dev)
set(CPACK_DEBIAN_FUTURES_PACKAGE_NAME libfutures-dev)
set(CPACK_DEBIAN_FLAGRACE_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_FUTURES_PACKAGE_SECTION libdevel)

set(CPACK_DEBIAN_FLAGRACE_PACKAGE_SHLIBDEPS ON)
# Without gnuplot, runs have no pictures.
set(CPACK_DEBIAN_FLAGRACE_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot")
set(CPACK_DEBIAN_FLAGRACE_PACKAGE_SUGGESTS "python3, curl, aria2")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "flagrace (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_FUTURES_PACKAGE_DEPENDS libc6-dev)

set(CPACK_DEBIAN_FLAGRACE_DESCRIPTION
	"race concurrency strategies against a server with known latency
flagrace answers which concurrency strategy an I/O-bound program should use,
and whether a change made it slower. Strategies download the same items from a
mock server that delays each answer by a known time and records every request;
a trial counts only if both accounts agree. The results are CSV files, a ranked
table and plots.")
set(CPACK_DEBIAN_DEV_DESCRIPTION
	"headers for strategies of flagrace
The headers of flagrace's plug-in API, packages for CMake and pkg-config, and
strategies to copy: a strategy of one's own is one C file, which is built as a
shared object and raced beside those of flagrace.")
set(CPACK_DEBIAN_FUTURES_DESCRIPTION
	"executors and futures for C
Executors of threads and of processes, and futures, in the terms of Python's
concurrent.futures. The library is static, needs libc alone, and is independent
of flagrace.")
include(CPack)

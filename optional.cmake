# The libraries that flagrace can be built without. What is lost by that is told by
# `flagrace list` and `flagrace --version` (harness/base/parts.c).
set(FLAGRACE_WITHOUT "" CACHE STRING
	"Optional libraries to build without, a list of: openmp uring nghttp2 openssl sqlite mpi")

# optional(PREFIX NAME MODULE): looks for a module of pkg-config, and sets
# PREFIX_FOUND and PREFIX_VERSION.
function(optional prefix name module)
	if(name IN_LIST FLAGRACE_WITHOUT)
		set(${prefix}_FOUND FALSE PARENT_SCOPE)
		return()
	endif()
	pkg_check_modules(${prefix} IMPORTED_TARGET GLOBAL ${module})
	if(NOT ${prefix}_FOUND)
		message(WARNING "${module} not found: see 'flagrace list' for what "
			"is left out")
	endif()
	set(${prefix}_FOUND ${${prefix}_FOUND} PARENT_SCOPE)
	set(${prefix}_VERSION ${${prefix}_VERSION} PARENT_SCOPE)
endfunction()
optional(NGHTTP2 nghttp2 libnghttp2)
optional(OPENSSL openssl openssl>=3.0)
optional(SQLITE sqlite sqlite3)
optional(URING uring liburing>=2.3)
if(NOT openmp IN_LIST FLAGRACE_WITHOUT)
	find_package(OpenMP COMPONENTS C)
endif()
# For flagrace-mpi alone, which is not built without it.
if(NOT mpi IN_LIST FLAGRACE_WITHOUT)
	find_package(MPI COMPONENTS C)
endif()
if(NOT MPI_C_FOUND)
	message(STATUS "no MPI: flagrace-mpi is not built (docs/HOSTS.md)")
endif()

# What the sources and the program itself are told. Without nghttp2 there is no
# HTTP/2, without OpenSSL no TLS.
foreach(part NGHTTP2 OPENSSL SQLITE URING)
	if(${part}_FOUND)
		list(APPEND parts BUILD_${part}="${${part}_VERSION}")
	endif()
endforeach()
if(OpenMP_C_FOUND)
	list(APPEND parts BUILD_OPENMP="${OpenMP_C_VERSION}")
endif()
if(MPI_C_FOUND)
	list(APPEND parts BUILD_MPI="${MPI_C_VERSION}")
endif()

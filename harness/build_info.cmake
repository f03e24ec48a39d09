# Writes OUTPUT, a header with the commit that SOURCE is of and its date: from git
# or, in a source archive, from the file that `git archive` has filled in. The
# header is left alone if it has not changed.
file(STRINGS ${SOURCE}/packaging/commit line LIMIT_COUNT 1)
if(line MATCHES "Format:" AND EXISTS ${SOURCE}/.git)
	execute_process(COMMAND git -C ${SOURCE} log -1 --format=%H\ %ct
		OUTPUT_VARIABLE line OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(commit unknown)
if(line MATCHES "^([0-9a-f]+) ([0-9]+)$")
	set(commit ${CMAKE_MATCH_1})
	set(ENV{SOURCE_DATE_EPOCH} ${CMAKE_MATCH_2})
endif()
# Of the commit or, if none is known, of today
string(TIMESTAMP date %Y-%m-%d UTC)
set(text "/* Made by the build: not to be edited. */
#define BUILD_COMMIT \"${commit}\"
#define BUILD_DATE   \"${date}\"
")
if(EXISTS ${OUTPUT})
	file(READ ${OUTPUT} before)
endif()
if(NOT text STREQUAL "${before}")
	file(WRITE ${OUTPUT} "${text}")
endif()

# Writes the man pages of FLAGRACE, the program (behind an emulator's name, if
# need be), below OUTPUT.
execute_process(COMMAND ${FLAGRACE} manual OUTPUT_VARIABLE pages
	COMMAND_ERROR_IS_FATAL ANY)
string(STRIP "${pages}" pages)
string(REPLACE "\n" ";" pages "${pages}")
file(REMOVE_RECURSE ${OUTPUT})
foreach(page ${pages})
	string(REGEX REPLACE ".*\\." "" section ${page})
	file(MAKE_DIRECTORY ${OUTPUT}/man${section})
	execute_process(COMMAND ${FLAGRACE} manual ${page}
		OUTPUT_FILE ${OUTPUT}/man${section}/${page}
		COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(TOUCH ${OUTPUT}/stamp)

# Writes OUTPUT, a header with each of SCRIPTS as an array plots_NAME_gp.
set(text "/* Made from plots/ by the build: not to be edited. */\n")
foreach(script ${SCRIPTS})
	get_filename_component(name ${script} NAME_WE)
	file(READ ${script} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
	string(APPEND text
		"static const char plots_${name}_gp[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")

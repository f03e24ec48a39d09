# Before CPack closes a package: compresses man pages and adds what each of
# Debian's packages has, a copyright, a changelog and the reasons for lintian.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(names_flagrace flagrace)
set(names_dev flagrace-dev)
set(names_futures libfutures-dev)
set(here ${CPACK_FLAGRACE_SOURCE_DIR}/packaging/debian)
foreach(component ${CPACK_COMPONENTS_ALL})
	set(name ${names_${component}})
	set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
	set(doc ${usr}/share/doc/${name})
	file(WRITE ${doc}/changelog "${name} (${CPACK_PACKAGE_VERSION}) unstable; \
urgency=medium\n\n  * The changes are in CHANGELOG.md.\n\n -- \
${CPACK_PACKAGE_CONTACT}  ${date}\n")
	file(COPY ${here}/copyright DESTINATION ${doc}
		FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
	file(GLOB_RECURSE pages ${usr}/share/man/*.[1-9])
	execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog
		COMMAND_ERROR_IS_FATAL ANY)
	if(EXISTS ${here}/${name}.lintian)
		file(COPY ${here}/${name}.lintian
			DESTINATION ${usr}/share/lintian/overrides)
		file(RENAME ${usr}/share/lintian/overrides/${name}.lintian
			${usr}/share/lintian/overrides/${name})
	endif()
endforeach()

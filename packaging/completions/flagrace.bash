# bash completion for flagrace. The program says what is possible, from the tables
# of its options: `flagrace complete WORD..`.
_flagrace()
{
	local word=${COMP_WORDS[COMP_CWORD]} candidate IFS=$'\n'

	# "--format=csv" comes as three words, the last of which is replaced.
	[ "$word" != = ] || word=
	COMPREPLY=()
	while IFS= read -r candidate; do
		case $candidate in
		:files)
			compopt -o filenames
			COMPREPLY+=($(compgen -f -- "$word"))
			;;
		:folders)
			compopt -o filenames
			COMPREPLY+=($(compgen -d -- "$word"))
			;;
		:commands) COMPREPLY+=($(compgen -c -- "$word")) ;;
		*) COMPREPLY+=("${candidate%%$'\t'*}") ;;
		esac
	done < <("${COMP_WORDS[0]}" complete \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _flagrace flagrace

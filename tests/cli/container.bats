#!/usr/bin/env bats
# The container image. With CONTAINER=1 in the environment it is built and tried, too:
# script/container says which variables choose its base.

load common

sources=$BATS_TEST_DIRNAME/../..

# instructions [REGEX]: those of Containerfile that match, one a line, without comments
instructions() {
	sed -e '/^#/d; /^$/d' -e ':a; /\\$/{N; s/[ \t]*\\\n[ \t]*/ /; ba}' \
		"$sources/Containerfile" | grep -E "${1:-}"
}

@test "Containerfile has known instructions, and one base for all stages" {
	[ "$(instructions | head -n 1)" = "ARG BASE=docker.io/library/debian:12" ]
	run instructions \
		'^(ARG|FROM|COPY|RUN|LABEL|USER|WORKDIR|VOLUME|ENTRYPOINT|CMD) '
	[ "$output" = "$(instructions)" ]
	[ "$(instructions '^FROM ' | cut -d' ' -f2 | sort -u)" = '${BASE}' ]
}

@test "what Containerfile copies and runs is there" {
	count=0
	while read -ra words; do
		unset 'words[0]' 'words[-1]' # COPY, and where to
		place=$sources
		case ${words[1]} in --from=*)
			instructions "^FROM .* AS ${words[1]#*=}\$"
			place='' ;; # the folder that script/package is told of
		esac
		for word in "${words[@]}"; do
			case $word in --from=*) continue ;; esac
			if [ -n "$place" ]; then
				[ -e "$place/$word" ]
			else
				instructions "^RUN .* script/package ${word%/*}\$"
			fi
			count=$((count + 1))
		done
	done < <(instructions '^COPY ')
	[ "$count" -ge 2 ]
	count=0
	while read -r script argument; do
		[ -x "$sources/$script" ]
		[ "$script" != script/bootstrap ] ||
			grep -qxF "$argument)" "$sources/script/bootstrap"
		count=$((count + 1))
	done < <(instructions '^RUN ' | grep -oE 'script/[a-z]+ [^ ]+')
	[ "$count" -ge 2 ]
}

@test "what Containerfile installs is a package of ours or of script/bootstrap" {
	known=$(sed -n '/packages+*=(/,/)/p' "$sources/script/bootstrap" |
		tr -s '()\t ' '\n')
	count=0
	while read -r word; do
		case $word in
		apt-get | install | -*) continue ;;
		/tmp/*.deb)
			[[ "$(instructions '^COPY --from=')" == *"/${word##*/} /tmp/" ]] ;;
		*) grep -qxF "$word" <<<"$known" ;;
		esac
		count=$((count + 1))
	done < <(instructions '^RUN ' | grep -oE 'apt-get install [^&]*[^ &]' |
		tr ' ' '\n')
	[ "$count" -ge 2 ]
}

@test "the image runs flagrace, as no root, in a folder that is a volume" {
	[ "$(instructions '^ENTRYPOINT ')" = 'ENTRYPOINT ["flagrace"]' ]
	[[ "$(instructions '^USER ')" =~ ^USER\ [1-9][0-9]*:[1-9][0-9]*$ ]]
	folder=$(instructions '^VOLUME ' | cut -d' ' -f2)
	[ "$(instructions '^WORKDIR ' | tail -n 1)" = "WORKDIR $folder" ]
	instructions "^RUN .*install -d -m 1777 $folder\$"
}

@test "the image is made without what git ignores" {
	[ "$(readlink "$sources/.dockerignore")" = .containerignore ]
	diff <(sed 's,^\(!*\)/,\1,; s,/$,,' "$sources/.gitignore" | sort) \
		<(sed '/^#/d; s,^\*\*/,,' "$sources/.containerignore" | sort)
	command -v buildah || skip "buildah is not installed"
	mkdir tree && cd tree
	for file in results/README.md results/reference/run.json harness/main.c; do
		mkdir -p "$(dirname "$file")" && touch "$file"
	done
	find . -type f | sort >../kept
	for file in build/dev/flagrace results/run/trials.csv downloads/cn.gif \
		tests/browser/node_modules/a/b harness/a/__pycache__/a.pyc; do
		mkdir -p "$(dirname "$file")" && touch "$file"
	done
	cp "$sources/.containerignore" .
	printf '%s\n' 'FROM scratch' 'COPY . /' >../Containerfile
	run buildah --root "$BATS_TEST_TMPDIR/images" --storage-driver vfs \
		--runroot "$BATS_TEST_TMPDIR/state" build --isolation chroot \
		--output type=local,dest=../copied --file ../Containerfile .
	[ "$status" -eq 0 ] || skip "buildah cannot build here: $output"
	cd ../copied
	diff ../kept <(find . -type f ! -name .containerignore | sort)
}

@test "the image can be built, and works" {
	[ -n "${CONTAINER:-}" ] ||
		skip "takes minutes: set CONTAINER=1, or run script/container"
	command -v buildah || command -v podman || skip "no buildah, no podman"
	"$sources/script/container"
}

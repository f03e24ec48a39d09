#!/usr/bin/env bats
# Targets that are no flagrace server: which may be asked, by which strategies, and
# how their figures are marked.

load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	cat >server.py <<-'END'
		import http.server
		class Handler(http.server.BaseHTTPRequestHandler):
		    protocol_version = "HTTP/1.1"
		    def do_GET(self):
		        body = b"x" * 1000 if "g" in self.path else b""
		        self.send_response(200 if body else 404)
		        self.send_header("Content-Length", str(len(body)))
		        self.end_headers()
		        self.wfile.write(body)
		    def log_message(self, *words):
		        pass
		server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		print(server.server_port, flush=True)
		server.serve_forever()
	END
	python3 server.py >port 3>&- &
	echo $! >pid
	tail -s 0.1 -n +1 -F port 2>/dev/null | grep -m 1 -q .
	URL=http://127.0.0.1:$(cat port)
	export URL
}

teardown_file() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

race() {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 "$@"
}

@test "a server of another make is raced, unwitnessed, and the table says so" {
	race --url "$URL" --strategy sequential,epoll,pthread-map
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "3 unwitnessed" ]
	[ "$(column run/trials.csv ok | sort -u)" = 20 ]
	# nothing is known but by the client, and nothing is made up
	for column in latency ideal_ns peak_in_flight connections_opened \
		server_cpu_ns bound_by; do
		[ -z "$(column run/trials.csv $column | tr -d '\n')" ]
	done
	[[ "$output" == *"was fastest"* ]]
	[[ "$output" == *"3 of 3 trials are unwitnessed"* ]]
	grep -q "Median of 1 unwitnessed trial;" run/plots/elapsed.svg
	grep -q "no ideal: the server" run/plots/elapsed.svg
	# neither the line of an ideal nor its key
	[ -z "$(grep -E "<text>ideal<|='rgb\(213, +94, +0\)'" run/plots/elapsed.svg)" ]
	[[ "$output" != *"are valid"* ]]
}

@test "a list of URLs is downloaded over and over" {
	printf '# two\n%s/g1\n\n%s/none\n' "$URL" "$URL" >list
	race --urls list --requests 5 --strategy multi-poll
	[ "$status" -eq 0 ]
	[ "$(column run/requests.csv path | xargs)" = "/g1 /none /g1 /none /g1" ]
	[ "$(column run/requests.csv http_status | xargs)" = "200 404 200 404 200" ]
}

@test "legal URLs are asked for by all strategies alike" {
	printf '%s\r\n' "HTTP://${URL#http://}/g@1" "$URL/g/../g#top" \
		"$URL?g" "$URL" "$URL/g%zzé" >list
	race --urls list --requests 5 --strategy multi-poll,epoll
	[ "$status" -eq 0 ]
	[ "$(column run/requests.csv path | sort | uniq -c | xargs)" = \
		"2 / 2 /?g 2 /g%zz%C3%A9 2 /g/../g 2 /g@1" ]
	[ "$(column run/requests.csv http_status | sort | uniq -c | xargs)" = \
		"8 200 2 404" ]
	printf '%s\n' "http://me:secret@${URL#http://}/g" >list
	race --urls list
	[ "$status" -eq 2 ]
	[[ "$output" == *"list:1: "*"names a user"* ]]
}

@test "our own server behind --urls is a target like any other" {
	"$FLAGRACE" serve --port 0 >serve.out 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F serve.out 2>/dev/null | grep -m 1 -q listening
	sed 's,listening on \(.*\),\1/flags/cn/cn.gif,' serve.out >list
	race --urls list --strategy epoll,multi-poll
	kill "$pid"
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort -u)" = unwitnessed ]
}

@test "our own server behind --url is asked as it can be" {
	"$FLAGRACE" serve --port 0 >serve.out 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F serve.out 2>/dev/null | grep -m 1 -q listening
	ours=$(sed 's,listening on ,,' serve.out)
	# a name is taken for the address at which the server answers
	named=http://LocalHost:${ours##*:}
	race --url "$named" --strategy epoll,io-uring,pipelining,http2,multi-poll
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "5 valid" ]
	rm -r run
	race --url "http://0.0.0.0:${ours##*:}" --strategy epoll
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict)" = valid ]
	rm -r run
	for path in /x /data '/?q'; do
		race --url "$ours$path" --strategy multi-poll
		[ "$status" -eq 2 ]
		[[ "$output" == *"leave out the path: $ours" ]]
	done
	[ ! -e run ]
	race --url "$named/" --strategy multi-poll
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict)" = valid ]
	kill "$pid"
}

@test "our own server on an IPv6 address is a witness" {
	"$FLAGRACE" serve --host ::1 --port 0 >serve.out 2>serve.err 3>&- &
	pid=$!
	tail -s 0.1 -n +1 -F serve.out serve.err 2>/dev/null |
		grep -m 1 -qE "listening|flagrace serve:"
	grep -q listening serve.out || skip "no IPv6 here"
	ours=$(sed 's,listening on ,,' serve.out)
	race --url "${ours/http/HTTP}" --latency 1ms \
		--strategy epoll,io-uring,pipelining,http2,multi-poll
	[ "$status" -eq 0 ]
	[ "$(column run/trials.csv verdict | sort | uniq -c | xargs)" = "5 valid" ]
	run "$FLAGRACE" download --url "$ours" --strategy epoll CN
	[ "$status" -eq 0 ]
	run "$FLAGRACE" agent --url "$ours" </dev/null
	[ "$status" -eq 0 ]
	kill "$pid"
}

@test "the server's settings cannot be swept where there is none of ours" {
	for option in "--latency 5ms" "--payload 1000" "--fault 503:1%" \
		"--capacity 3" "--bandwidth 1MB/s"; do
		# shellcheck disable=SC2086
		race --url "$URL" $option
		[ "$status" -eq 2 ]
		[[ "$output" == *"is a setting of 'flagrace serve'"* ]]
	done
	race latency-sweep --url "$URL"
	[ "$status" -eq 2 ]
	[ ! -e run ]
}

@test "another machine is asked only if that is allowed" {
	race --url http://192.0.2.1:80
	[ "$status" -eq 2 ]
	[[ "$output" == *"is not on this machine"*"--allow-remote"* ]]
	echo http://192.0.2.1/a.gif >list
	race --urls list
	[ "$status" -eq 2 ]
	[[ "$output" == *"--allow-remote"* ]]
	# allowed, it is planned (and not asked, in a dry run)
	race --urls list --allow-remote --dry-run --strategy multi-poll
	[ "$status" -eq 0 ]
	[ ! -e run ]
}

@test "who cannot speak to a target says why" {
	echo https://localhost/a.gif >list
	for strategy in epoll io-uring pipelining; do
		race --urls list --strategy "$strategy"
		[ "$status" -eq 2 ]
		[[ "$output" == *"$strategy needs plain HTTP and a single numeric address"* ]]
	done
	race --urls list --strategy http2
	[ "$status" -eq 2 ]
	[[ "$output" == *"http2 needs a single numeric address"* ]]
	race --urls list --strategy epoll --tls full
	[ "$status" -eq 2 ]
	[[ "$output" == *"epoll cannot keep tls full: it has sockets of its own"* ]]
	for strategy in epoll io-uring pipelining; do
		run "$FLAGRACE" download --url "http://localhost:${URL##*:}" \
			--strategy "$strategy" CN
		[ "$status" -eq 2 ]
		[[ "$output" == *"$strategy needs plain HTTP and a single numeric address"* ]]
	done
	run "$FLAGRACE" download --url "http://localhost:${URL##*:}" \
		--strategy http2 CN
	[ "$status" -eq 2 ]
	[[ "$output" == *"http2 needs a single numeric address"* ]]
	race --url "$URL/?q" --strategy multi-poll
	[ "$status" -eq 2 ]
	[[ "$output" == *"paths of the flags are appended"*"--urls FILE"* ]]
	race --url "$URL" --strategy null --exec 'c=curl -s {url}'
	[ "$status" -eq 2 ]
	[[ "$output" == *"only a mock server can measure"* ]]
	[ ! -e run ]
}

@test "a list that is none: file and line" {
	race --urls nowhere
	[ "$status" -eq 2 ]
	[[ "$output" == *"cannot read the URLs of nowhere"* ]]
	printf '%s/g\nftp://x/y\n' "$URL" >list
	race --urls list
	[ "$status" -eq 2 ]
	[[ "$output" == *"list:2: 'ftp://x/y' is not a valid URL"* ]]
	: >list
	race --urls list
	[[ "$output" == *"has no URL"* ]]
	race --urls list --url "$URL"
	[ "$status" -eq 2 ]
}

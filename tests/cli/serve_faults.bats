#!/usr/bin/env bats
# Every fault of flagrace serve, as curl sees it over HTTP/1.1 and HTTP/2. Then the
# other settings.

load serve_common

# fetch OPTION..: puts curl's exit status into $status, what -w prints into $output
fetch() {
	run curl -sS -o body -w '%{http_code} %{size_download}' "$@" \
		"$url/flags/cn/cn.gif"
}

# fetch_in_part OPTION..: the same, with longer and longer waits until a byte comes
fetch_in_part() {
	for seconds in 0.5 2 8 32; do
		fetch --max-time $seconds "$@"
		[[ "$status" -eq 28 ]] || return 1
		[[ "$output" != *"200 "[1-9]* ]] || return 0
	done
	return 1
}

configure() {
	curl -sSf -o /dev/null -X PUT -d "$1" "$url/_flagrace/config"
}

# last_row [TRIAL]: prints the witness's last row of the trial
last_row() {
	curl -sSf "$url/_flagrace/witness${1:+?trial=$1}" | tail -n 1
}

@test "over HTTP/1.1 curl sees each fault as the fault it is" {
	serve
	configure fault=503:1
	fetch -D head
	[[ "$status" -eq 0 && "$output" == "503 "* ]]
	grep -q '^Retry-After: 1' head
	configure fault=418:1
	fetch
	[[ "$output" == "418 "* ]]
	configure fault=reset:1
	fetch # 56: failure in receiving
	[[ "$status" -eq 56 && "$output" == *"000 0" ]]
	configure fault=reset-body:1
	fetch
	[[ "$status" -eq 56 && "$output" == *"200 "[1-9]* ]]
	configure fault=truncate:1
	fetch # 18: a partial file
	[[ "$status" -eq 18 && "$output" == *"200 "[1-9]* ]]
	configure fault=stall:1
	fetch --max-time 0.3 # 28: time-out
	[[ "$status" -eq 28 && "$output" == *"000 0" ]]
	configure 'fault=slow-body:1kB/s:1&payload=1000000'
	fetch_in_part
}

@test "after close, curl has to connect anew for its next request" {
	serve --fault close:1
	curl -sSf -o a -o b "$url/flags/cn/cn.gif" "$url/flags/fr/fr.gif"
	[[ "$(file -b a)" == GIF* && "$(file -b b)" == GIF* ]]
	run curl -sS "$url/_flagrace/stats"
	[[ "$output" == *'"connections_opened": 3,'* ]]
}

@test "over HTTP/2 each fault is its stream's" {
	serve
	configure fault=503:1
	fetch --http2-prior-knowledge -D head
	[[ "$status" -eq 0 && "$output" == "503 "* ]]
	grep -q '^HTTP/2 503' head
	configure fault=reset:1
	fetch --http2-prior-knowledge # 92: the stream was not closed cleanly
	[[ "$status" -eq 92 && "$output" == *"INTERNAL_ERROR"*"000 0" ]]
	configure fault=reset-body:1
	fetch --http2-prior-knowledge
	# The reset may overtake what curl has not looked at yet.
	[[ "$status" -eq 92 && "$output" == *"INTERNAL_ERROR"* ]]
	[[ "$(last_row '')" =~ ,[0-9]+,[0-9a-f]{16},1,[0-9]+,200,reset-body,0 ]]
	configure fault=truncate:1
	fetch --http2-prior-knowledge
	[[ "$status" -eq 92 && "$output" == *"PROTOCOL_ERROR"* ]]
	configure fault=stall:1
	fetch --http2-prior-knowledge --max-time 0.3
	[[ "$status" -eq 28 && "$output" == *"000 0" ]]
	configure 'fault=slow-body:1kB/s:1&payload=1000000'
	fetch_in_part --http2-prior-knowledge
	configure 'fault=close:1&payload=0'
	fetch --http2-prior-knowledge
	[[ "$status" -eq 0 && "$output" == "200 "* && "$(file -b body)" == GIF* ]]
}

@test "what is not processed is told, and served when it comes again" {
	serve --fault refused:1
	# curl asks again on another connection
	run curl -sSv -o body --http2-prior-knowledge \
		-H 'X-Flagrace-Item: t/1/1' "$url/flags/cn/cn.gif"
	[[ "$status" -eq 0 && "$output" == *REFUSED_STREAM* ]]
	[[ "$output" == *"HTTP/2 200"* && "$(file -b body)" == GIF* ]]
	# delay, sent, bytes, status, fault: refused, then served
	curl -sSf "$url/_flagrace/witness?trial=t" | tail -n +2 |
		cut -d, -f4-6,10,11 | tr -d '\r' >rows
	[[ "$(head -n 1 rows)" == 0,,,*,refused ]]
	[[ "$(tail -n 1 rows)" =~ ^0,[0-9]+,[0-9]+,200,$ ]]
	configure fault=goaway:1
	run curl -sSv -o body --http2-prior-knowledge "$url/flags/cn/cn.gif"
	[[ "$output" == *GOAWAY* && "$output" == *"HTTP/2 200"* ]]
	# over HTTP/1.1 it is said in the answer
	run curl -sSi "$url/flags/cn/cn.gif" -o body
	grep -qai '^connection: close' body
	configure fault=refused:1
	run curl -sSi "$url/flags/cn/cn.gif" -o body
	grep -qa '^HTTP/1.1 200' body
}

@test "HTTP/1.1 and HTTP/2 answer and witness the same" {
	serve --latency uniform:1ms,9ms --seed 7
	for version in http1.1 http2-prior-knowledge; do
		curl -sSf "--$version" -H "X-Flagrace-Item: $version/4/1" \
			-o "$version" "$url/flags/br/br.gif"
	done
	cmp http1.1 http2-prior-knowledge
	# delay, bytes, hash, in flight; status, fault, queue
	row1=$(last_row http1.1 | cut -d, -f4,6-8,10-13)
	row2=$(last_row http2-prior-knowledge | cut -d, -f4,6-8,10-13)
	[[ "$row1" == [0-9]* && "$row1" == "$row2" ]]
	curl -sSf --http2-prior-knowledge -X PUT -d seed=9 "$url/_flagrace/config" |
		grep -q 'seed=9'
	curl -sSfI --http2-prior-knowledge "$url/flags/br/br.gif" |
		grep -q '^content-length: [1-9]'
}

@test "any number of workers: the same delays and faults, every row once" {
	for workers in 1 3; do
		serve --workers "$workers" --latency uniform:1ms,20ms --seed 7 \
			--fault 503:30%
		for i in $(seq 40); do
			echo "url=$url/flags/cn/cn.gif"
			echo "header=\"X-Flagrace-Item: t/$i/1\""
			echo "output=/dev/null"
			echo next
		done | sed '$d' >config
		curl -sS -Z --parallel-immediate --parallel-max 20 -K config
		curl -sSf "$url/_flagrace/witness?trial=t" | tail -n +2 |
			sort -n | cut -d, -f1,2,4,10,11 >"rows$workers"
		# Another worker may be about to note the end of an answer.
		until curl -sS "$url/_flagrace/stats" |
			grep -q '"requests": 40, "in_flight": 0,'; do :; done
		kill "$server"
		wait "$server"
	done
	[ "$(wc -l <rows1)" -eq 40 ]
	cmp rows1 rows3
	grep -q 'status$' rows1
}

@test "beyond the rate limit: 429, when to come again, and the witness knows" {
	serve --limit 0.01/s,burst=2
	for version in http1.1 http2-prior-knowledge; do
		configure latency=0s
		fetch "--$version"
		[[ "$output" == "200 "* ]]
		fetch "--$version"
		[[ "$output" == "200 "* ]]
		fetch "--$version" -D head
		[[ "$output" == "429 "* ]]
		grep -qiE '^Retry-After: (100|99)'$'\r' head
		[[ "$(last_row '')" =~ ,429,limit,0, ]]
		curl -sS "$url/_flagrace/stats" | grep -q '"limited": 1,'
	done
	curl -sS "$url/_flagrace/metrics" |
		grep -qx 'flagrace_faults_total{fault="limit"} 2'
	curl -sS "$url/_flagrace/config" | grep -q '&limit=0\.01'
	configure limit=none
	for _ in 1 2 3; do
		fetch
		[[ "$output" == "200 "* ]]
	done
}

@test "a client that has it already is told so, by ETag" {
	serve
	etag=$(curl -sSfI "$url/flags/cn/cn.gif" | tr -d '\r' | sed -n 's/^ETag: //p')
	fetch -H "If-None-Match: \"x\", W/$etag"
	[ "$output" = "304 0" ]
	fetch -H 'If-None-Match: "x"'
	[[ "$output" == "200 "* ]]
	long=$(head -c 5000 /dev/zero | tr '\0' x)
	for version in http1.1 http2-prior-knowledge; do
		fetch "--$version" -H "If-None-Match: $etag" -H 'If-None-Match: "x"'
		[ "$output" = "304 0" ]
		fetch "--$version" -H 'If-None-Match: "x"' -H "If-None-Match: $etag"
		[ "$output" = "304 0" ]
		fetch "--$version" -H 'If-None-Match: "x"' -H 'If-None-Match: "y"'
		[[ "$output" == "200 "* ]]
		fetch "--$version" -H "If-None-Match: \"$long\""
		[[ "$output" == "200 "* ]]
		fetch "--$version" -H "If-None-Match: \"$long$long\""
		[[ "$output" == "431 "* ]]
		fetch "--$version" -H 'If-None-Match: 1' -H 'If-None-Match: 2' \
			-H 'If-None-Match: 3' -H 'If-None-Match: 4' -H 'If-None-Match: 5'
		[[ "$output" == "431 "* ]]
	done
}

@test "a payload is exact and still a GIF" {
	serve
	# about 4096 bytes with the head is the most that is sent in one piece
	for size in 100 {3800..4100..10} 1000000; do
		configure "payload=$size"
		fetch
		[ "$output" = "200 $size" ]
		[[ "$(file -b body)" == "GIF image data"* ]]
		[ "$(tail -c 1 body)" = ';' ]
	done
}

@test "a folder is served, in either layout, and nothing outside it" {
	mkdir -p root/cn root/sub
	echo secret >secret.txt
	echo nested >root/cn/cn.gif
	echo flat >root/fr.gif
	echo '{}' >root/cn/metadata.json
	ln -s ../secret.txt root/link.txt
	ln -s /etc/passwd root/passwd.txt
	mkfifo root/pipe.gif
	serve --root root
	[ "$(curl -sSf "$url/data/flags/cn/cn.gif")" = nested ]
	[ "$(curl -sSf "$url/flags/FR/fr.gif")" = flat ]
	[ "$(curl -sSf -o /dev/null -w '%{content_type}' "$url/flags/cn/metadata.json")" = application/json ]
	echo odd >'root/100% ü.txt'
	[ "$(curl -sSf "$url/flags/%63%6E/cn%2Egif")" = nested ]
	[ "$(curl -sSf "$url/flags/%46R/fr.gif")" = flat ]
	[ "$(curl -sSf "$url/flags/100%25%20%C3%BC.txt")" = odd ]
	[ "$(curl -sSf --path-as-is "$url/flags/sub/%2e%2e/cn/cn.gif")" = nested ]
	for path in ../secret.txt sub/../../secret.txt link.txt passwd.txt \
		pipe.gif sub cn/ '' . /etc/passwd %2e%2e/secret.txt xx/xx.gif \
		sub/%2e%2e/%2E%2E/secret.txt %2e%2e%2fsecret.txt \
		cn%2fcn.gif cn/cn.gif%00 %00 cn/cn.gif% cn/cn.gif%4 \
		cn/cn.gif%zz '100%%20%C3%BC.txt'; do
		run curl -sS --path-as-is -o /dev/null -w '%{http_code}' \
			"$url/flags/$path"
		[ "$output" = 404 ]
	done
	run curl -sS -X PUT -d payload=100 "$url/_flagrace/config"
	[[ "$output" == "payload: files of a root folder"* ]]
}

@test "the access log has a line for each answer, and cannot be forged" {
	serve --access-log log --latency 2ms
	fetch
	size=${output#* }
	curl -sS --path-as-is "$url/\"x\\y" >/dev/null
	curl -sS --http2-prior-knowledge "$url/flags/xx/xx.gif" >/dev/null
	kill "$server"
	wait "$server"
	[ "$(wc -l <log)" -eq 3 ]
	time='\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \+0000\]'
	sed -n 1p log | grep -qE "^127\.0\.0\.1 - - $time \"GET /flags/cn/cn.gif HTTP/1\.1\" 200 $size 0\.002000\$"
	sed -n 2p log | grep -qF '"GET /\x22x\x5cy HTTP/1.1" 404 '
	sed -n 3p log | grep -qF '"GET /flags/xx/xx.gif HTTP/2.0" 404 '
}

@test "a log that cannot be written is told once, and the server goes on" {
	serve --access-log /dev/full 2>messages
	fetch
	fetch
	[[ "$status" -eq 0 && "$output" == "200 "* ]]
	kill "$server"
	wait "$server"
	[ "$(cat messages)" = "access-log: No space left on device; nothing more is logged" ]
}

@test "who reads the log on standard output may leave" {
	serve --access-log - 2>messages # read its first line, and no more
	fetch
	fetch
	[[ "$status" -eq 0 && "$output" == "200 "* ]]
	kill "$server"
	wait "$server"
	[ "$(cat messages)" = "access-log: Broken pipe; nothing more is logged" ]
}

@test "metrics are what Prometheus reads" {
	serve --fault 503:1
	fetch
	curl -sSf "$url/_flagrace/metrics" >metrics
	grep -qx 'flagrace_requests_total 1' metrics
	grep -qx 'flagrace_faults_total{fault="status"} 1' metrics
	grep -qx 'flagrace_in_flight 0' metrics
	! grep -qvE '^(# TYPE [a-z_]+ (counter|gauge)|[a-z_]+(\{[a-z]+="[a-z-]+"\})? [0-9.e+-]+)$' metrics
}

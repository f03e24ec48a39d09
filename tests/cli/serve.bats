#!/usr/bin/env bats
# flagrace serve, with curl as its client.

load serve_common

@test "curl fetches each of the twenty flags, a GIF image" {
	serve
	for cc in cn in us id br pk ng bd ru jp mx ph vn et eg de ir tr cd fr; do
		curl -sSf -o "$cc.gif" "$url/data/flags/$cc/$cc.gif"
		[[ "$(file -b "$cc.gif")" == "GIF image data"* ]]
	done
	[ "$(md5sum ./*.gif | cut -d' ' -f1 | sort -u | wc -l)" -eq 20 ]
}

@test "metadata beside the flag; unknown codes are 404" {
	serve
	run curl -sSf "$url/data/flags/JP/metadata.json"
	[ "$output" = '{"country": "Japan", "iso_cc": "JP"}' ]
	run curl -sSf "$url/%66lags/%6A%70/metadata%2Ejson"
	[ "$output" = '{"country": "Japan", "iso_cc": "JP"}' ]
	for path in xx/xx.gif jp%2fjp.gif jp/jp.gif%00 jp/jp.gif% jp/jp.gi%zz; do
		run curl -s -o /dev/null -w '%{http_code}' "$url/flags/$path"
		[ "$output" = 404 ]
	done
}

@test "config is changed by PUT, also when the body waits for 100 Continue" {
	serve --latency 1ms
	run curl -sS -X PUT -d 'latency=uniform:2ms,3ms&seed=7' "$url/_flagrace/config"
	[[ "$output" == "latency=uniform:2ms,3ms&seed=7&fault=none&"* ]]
	printf 'seed=8' | curl -sS -H 'Expect: 100-continue' -T - "$url/_flagrace/config"
	run curl -sS "$url/_flagrace/config"
	[[ "$output" == "latency=uniform:2ms,3ms&seed=8&"* ]]
	run curl -sS -X PUT -d 'latency=5 parsecs' "$url/_flagrace/config"
	[[ "$output" == *"column 3: unknown unit 'parsecs'"* ]]
}

@test "the witness answers HTTP/1.0 and 1.1 the same" {
	serve
	curl -sSf -o /dev/null -H 'X-Flagrace-Item: t/0/1' "$url/flags/fr/fr.gif"
	curl -sSf -0 "$url/_flagrace/witness?trial=t" >one
	curl -sSf "$url/_flagrace/witness?trial=t" >two
	cmp one two
	[ "$(wc -l <one)" -eq 2 ]
	[[ "$(tail -n 1 one)" =~ ^0,1,[0-9]+,0,[0-9]+,[0-9]+,[0-9a-f]{16},1,1,200 ]]
}

@test "TERM and INT: it finishes what is in flight, says nothing, exits 0" {
	for signal in TERM INT; do
		serve --latency 500ms
		curl -sS -o flag "$url/flags/fr/fr.gif" &
		client=$!
		until curl -sS "$url/_flagrace/stats" | grep -q '"requests": 1'; do :; done
		kill -"$signal" "$server"
		wait "$client"
		wait "$server"
		[[ "$(file -b flag)" == "GIF image data"* ]]
		rm ready flag
	done
}

@test "a latency is explained by its figures, and nothing is served" {
	run "$FLAGRACE" serve --explain-latency lognormal:p50=40ms,p99=400ms
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^mean\ 6[0-9.]+\ ms,\ p50\ (39.9|40.0)[0-9]+\ ms,\ p90\ 14[0-9.]+\ ms,\ p99\ (39|40)[0-9.]+\ ms,\ max\ [0-9.]+\ ms\ of\ 1000000\ draws$ ]]
	run "$FLAGRACE" serve --explain-latency exponential:5parsecs
	[ "$status" -eq 2 ]
	[[ "$output" == *"for example exponential:50ms" ]]
}

@test "with --tls, plain HTTP and HTTPS on one port, checked by its authority" {
	serve --tls
	secure=${url/http:/https:}
	curl -sSf -o ca.pem "$url/_flagrace/ca.pem"
	for version in --http1.1 --http2; do
		curl -sSf --cacert ca.pem "$version" -o secret "$secure/flags/cn/cn.gif"
		curl -sSf -o plain "$url/flags/cn/cn.gif"
		cmp secret plain
	done
	curl -sSf "$url/_flagrace/witness" >rows
	[ "$(cut -d, -f17,22 rows | tr -d '\r' | tr '\n' ' ')" = \
		"protocol,tls http/1.1,full http/1.1,none h2,full http/1.1,none " ]
	run curl -sS -o /dev/null "$secure/flags/cn/cn.gif"
	[ "$status" -eq 60 ]
}

@test "a certificate of the user's own is served" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout key.pem -out cert.pem -days 1 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	serve --cert cert.pem --key key.pem
	curl -sSf --cacert cert.pem -o flag "${url/http:/https:}/flags/cn/cn.gif"
	run curl -s -o /dev/null -w '%{http_code}' "$url/_flagrace/ca.pem"
	[ "$output" = 404 ]
}

@test "a port in use: which one, what to do, status 4" {
	serve
	run "$FLAGRACE" serve --port "${url##*:}"
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"port ${url##*:} of 127.0.0.1 is in use"*"--port"* ]]
}

@test "bad options: one line that says what is right, status 2" {
	while IFS='|' read -r arguments text; do
		# shellcheck disable=SC2086
		run "$FLAGRACE" serve --port 0 $arguments
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$text"* ]]
	done <<-'END'
		--latency 5parsecs|unknown unit 'parsecs'
		--latency uniform:5ms|an upper bound must follow
		--port 65536|65535
		--port x|port
		--seed=-1|seed: '-1' is not a whole number
		--fault 503|':' and a rate must follow
		--fault 503:60%,stall:0.5|add up to more than 100%
		--fault 600:1%|'600' is neither a status
		--fault slow-body:1%|a unit is missing (B/s
		--bandwidth 9|a unit is missing
		--capacity x|capacity: 'x' is not a whole number
		--limit 9|the unit /s must follow
		--limit 9/s,burst=0|a burst is a whole number from 1
		--payload 99|from 100 to 10000000
		--payload 20MB|from 100 to 10000000
		--payload 5kb|not a whole number
		--workers 0|workers
		--root /nowhere|root '/nowhere': No such file
		--access-log /|access-log '/'
		--host 300.1.1.1|127.0.0.1
		--cert /nowhere|--cert and --key need each other
		--cert /nowhere --key /nowhere|cert '/nowhere'
		--tls --cert a --key b|leave out one of them
		--spoon|spoon
		now|unexpected 'now'
	END
}

#!/usr/bin/env bats
# TLS as a setting, and https targets of the user's own: the handshakes that the
# server counts, and certificates that a client must not accept.

load common

race() {
	run "$FLAGRACE" run --out run --quiet --warmup 0 --blocks 1 "$@"
	echo "$output"
}

# certify NAME SUBJECT-ALTERNATIVE-NAME [DATE]: makes NAME.pem and NAME.key
certify() {
	faketime "${3:-now}" openssl req -x509 -newkey ec -nodes -days 2 \
		-pkeyopt ec_paramgen_curve:P-256 -keyout "$1.key" -out "$1.pem" \
		-subj "/CN=$1" -addext "subjectAltName=$2" 2>/dev/null
}

# serve OPTION..: starts a server; sets $url with https, and $server, its pid
serve() {
	rm -f ready
	mkfifo ready
	"$FLAGRACE" serve --port 0 "$@" >ready 3>&- &
	server=$!
	read -r line <ready
	url=${line/#*http:/https:}
}

teardown() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
}

# handshakes: a line for each trial, of what is known of its connections
handshakes() {
	paste -d ' ' <(column run/trials.csv strategy) <(column run/trials.csv tls) \
		<(column run/trials.csv connections_opened) \
		<(column run/trials.csv tls_full) \
		<(column run/trials.csv tls_resumed) | sort
}

@test "with a connection for each item, the handshakes are exactly those asked for" {
	race --latency 0s --strategy sequential,pthread-map,http2,fork-per-request \
		--concurrency 5 --tls none,full,resume --connections fresh
	[ "$status" -eq 0 ]
	[ "$(handshakes | grep -v resume)" = "\
fork-per-request  20 0 0
fork-per-request full 20 20 0
fork-per-request full 20 20 0
http2  20 0 0
http2 full 20 20 0
pthread-map  20 0 0
pthread-map full 20 20 0
sequential  20 0 0
sequential full 20 20 0" ]
	[[ "$(handshakes | grep resume)" =~ ^"http2 resume 20 "([1-5])" "([0-9]+)$'\n'"pthread-map resume 20 "([1-5])" "([0-9]+)$'\n'"sequential resume 20 1 19"$ ]]
	[ $((BASH_REMATCH[1] + BASH_REMATCH[2])) -eq 20 ]
	[ $((BASH_REMATCH[3] + BASH_REMATCH[4])) -eq 20 ]
}

@test "the rows of connections.csv sum to what trials.csv says" {
	race --latency 0s --strategy sequential,pthread-map,http2 \
		--concurrency 3 --tls none,full,resume --connections reuse,fresh
	[ "$status" -eq 0 ]
	python3 - <<-'EOF'
		import collections, csv
		read = lambda name: list(csv.DictReader(open("run/" + name)))
		rows = collections.defaultdict(list)
		for row in read("connections.csv"):
		    rows[row["trial"]].append(row)
		requests = read("requests.csv")
		sums = 0
		for trial in read("trials.csv"):
		    mine = rows[trial["trial"]]
		    used = collections.Counter(r["witness_connection"]
		        for r in requests if r["trial"] == trial["trial"])
		    count = lambda name, word: str(sum(r[name] == word for r in mine))
		    assert len(mine) == int(trial["connections_accepted"])
		    assert count("tls", "full") == trial["tls_full"]
		    assert count("tls", "resumed") == trial["tls_resumed"]
		    assert count("alpn", "h2") == trial["alpn_h2"]
		    assert count("alpn", "http/1.1") == trial["alpn_http1"]
		    for way in "wire_in_bytes", "wire_out_bytes":
		        if trial[way]:
		            sums += 1
		            assert int(trial[way]) == sum(int(r[way]) for r in mine)
		    for r in mine:
		        assert int(r["requests"]) == used[r["connection"]]
		        if r["requests"] != "0":
		            assert r["protocol"] == trial["protocol"]
		        assert (r["tls"] == "none") == (r["tls_version"] == "")
		assert sums > 10
	EOF
}

@test "what cannot resume sessions is no part of 'all'" {
	run "$FLAGRACE" run --dry-run --strategy all --tls full,resume \
		--connections fresh
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"http2@20 "*"TLS resume"* ]]
	if "$FLAGRACE" run --dry-run --strategy multi-h2 --tls resume \
		--connections fresh >/dev/null 2>why; then
		[[ "$output" == *"multi-h2@20 "* ]]
	else
		grep "multi-h2 cannot resume TLS sessions here: libcurl 7" why
		[[ "$output" == *"skipped: multi-h2 cannot resume"* ]]
	fi
}

@test "a worker whose connections are lost may need full handshakes" {
	race --latency 0s --strategy pthread-map,http2 --concurrency 4 --requests 60 \
		--tls full,resume --fault reset:20%
	[ "$status" -eq 0 ]
}

@test "a program trusts the server's authority, by its environment or by {cacert}" {
	race --strategy null --tls full \
		--exec 'one=curl -qsf --config {urls_curl}' \
		--exec 'two=env -u CURL_CA_BUNDLE -u SSL_CERT_FILE curl -qsf --cacert {cacert} --config {urls_curl}'
	[ "$status" -eq 0 ]
	[ "$(handshakes | grep -v null)" = $'one full 1 1 0\ntwo full 1 1 0' ]
}

@test "a server without TLS: how to start one" {
	serve
	race --url "${url/https:/http:}" --strategy sequential --tls full
	[ "$status" -eq 2 ]
	[[ "$output" == *"flagrace serve --tls"* ]]
}

@test "a server with TLS that runs already is asked over it" {
	serve --tls
	race --url "${url/https:/http:}" --strategy sequential,http2 --tls resume
	[ "$status" -eq 0 ]
	[ "$(handshakes)" = $'http2 resume 1 1 0\nsequential resume 1 1 0' ]
}

@test "all leaves out what has no TLS" {
	race --strategy all --tls none,full --dry-run
	[ "$status" -eq 0 ]
	[[ "$output" == *multi-poll@20*http2@20* ]]
	[[ "$output" != *epoll@20\ *"TLS full"*pipelining* ]]
	[[ "$output" != *io-uring* ]]
}

@test "a certificate that is not to be trusted, is over, or is another's" {
	certify good IP:127.0.0.1
	certify other IP:127.0.0.1
	certify over IP:127.0.0.1 2020-01-01
	certify elsewhere DNS:example.org
	for cases in good:other over:over elsewhere:elsewhere; do
		serve --cert "${cases%:*}.pem" --key "${cases%:*}.key"
		echo "$url/flags/cn/cn.gif" >list
		race --urls list --cacert "${cases#*:}.pem" \
			--strategy sequential,http2 --requests 2
		[ "$(column run/requests.csv cause | sort -u)" = certificate ]
		[ "$(column run/trials.csv net_error | sort -u)" = 2 ]
		rm -r run
		kill "$server"
	done
}

@test "certificates to trust, or any" {
	certify good IP:127.0.0.1,DNS:localhost
	serve --cert good.pem --key good.key
	echo "$url/flags/cn/cn.gif" >list
	for trust in "--cacert good.pem" --insecure; do
		# shellcheck disable=SC2086
		race --urls list $trust --strategy sequential,http2 --requests 2
		[ "$(column run/trials.csv ok | sort -u)" = 2 ]
		rm -r run
	done
	# The authorities of the system do not know it.
	race --urls list --strategy sequential,http2 --requests 2
	[ "$(column run/requests.csv cause | sort -u)" = certificate ]
	run "$FLAGRACE" download CN --url "$url" --cacert good.pem
	[ "$status" -eq 0 ]
	run "$FLAGRACE" download CN --url "$url"
	[ "$status" -eq 1 ]
	[[ "$output" == *"CN: "*certificate* ]]
}

@test "a file that has no certificate" {
	echo hello >ca.pem
	race --cacert ca.pem --strategy null
	[ "$status" -eq 2 ]
	[[ "$output" == *"cacert ca.pem: no certificate is in it"* ]]
	race --cacert nowhere.pem --strategy null
	[ "$status" -eq 2 ]
	[[ "$output" == *"cacert nowhere.pem: No such file"* ]]
}

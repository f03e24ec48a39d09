// SPDX-License-Identifier: GPL-3.0-or-later

// The lesson's ways in Go, with net/http: flags WAY [WORK_NS]
//
// WAY is sequential, map (results in order) or as-completed (results as they
// come). The protocol is that of docs/PROGRAMS.md.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

var client *http.Client
var workNs int64

// The CPU time of the calling thread.
func threadTime() int64 {
	const threadCPU = 3 // CLOCK_THREAD_CPUTIME_ID
	var time syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPU,
		uintptr(unsafe.Pointer(&time)), 0)
	return time.Nano()
}

func work() {
	if workNs == 0 {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for end := threadTime() + workNs; threadTime() < end; {
	}
}

// Downloads one flag; its size in bytes, or -1 if it failed.
func downloadOne(url string) int64 {
	answer, err := client.Get(url)
	if err != nil {
		return -1
	}
	defer answer.Body.Close()
	size, err := io.Copy(io.Discard, answer.Body)
	if err != nil {
		return -1
	}
	work()
	return size
}

type result struct {
	item int
	size int64
}

// Starts so many workers; each takes the next item until there is none left.
func start(urls []string, workers int) <-chan result {
	items := make(chan int, len(urls))
	results := make(chan result, len(urls))
	for item := range urls {
		items <- item
	}
	close(items)
	for ; workers > 0; workers-- {
		go func() {
			for item := range items {
				results <- result{item, downloadOne(urls[item])}
			}
		}()
	}
	return results
}

func downloadMany(way string, urls []string, concurrency int) {
	sizes := make([]int64, len(urls))
	switch way {
	case "sequential":
		for item, url := range urls {
			sizes[item] = downloadOne(url)
		}
	case "map", "as-completed":
		results := start(urls, concurrency)
		for range urls {
			one := <-results
			if way == "map" {
				sizes[one.item] = one.size
			}
		}
	}
}

func main() {
	in := bufio.NewReader(os.Stdin)
	line, _ := in.ReadString('\n')
	job := strings.Fields(line)
	list, err := os.ReadFile(job[1])
	if err != nil {
		panic(err)
	}
	concurrency, _ := strconv.Atoi(job[3])
	if len(os.Args) > 2 {
		workNs, _ = strconv.ParseInt(os.Args[2], 10, 64)
	}
	client = &http.Client{Transport: &http.Transport{
		MaxConnsPerHost:     concurrency,
		MaxIdleConnsPerHost: concurrency,
		DisableCompression:  true,
		// HTTP/1.1 over TLS, too, like the others.
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
	}}
	fmt.Println("READY")
	in.ReadString('\n')
	downloadMany(os.Args[1], strings.Fields(string(list)), concurrency)
	fmt.Println("DONE")
	in.ReadString('\n')
}
